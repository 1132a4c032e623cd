import Postgres
@testable import Sandbox
import Testing

struct SandboxRecordTests {
    static let text = """
        format=1
        name=lab
        phase=making
        dies-with-maker=yes
        directory=/data/with = sign
        socket-root=/tmp/tscl-x
        loopback=yes
        authentication=certificate
        engine=timescaledb 2.13.1
        programs=/usr/lib/postgresql/15/bin
        ports=5432 5433
        maker=1 99
        caretaker=2 98

        """

    @Test("what is written is read again")
    func roundTrip() throws {
        let record = try #require(SandboxRecord(text: Self.text))
        #expect(record.text == Self.text)
        #expect(record.nodes.map(\.name) == ["an1", "dn1"])
        #expect(record.nodes.map(\.port) == [5432, 5433])
        #expect(record.nodes[1].dataDirectory == "/data/with = sign/dn1/data")
        #expect(record.nodes[1].socketDirectory == "/tmp/tscl-x/dn1")
    }

    @Test(
        "a file that isn't a state, or lacks something, is none",
        arguments: ["format", "name", "phase", "directory", "socket-root", "engine", "programs", "ports"])
    func lacking(key: String) {
        let lines = Self.text.split(separator: "\n").filter { !$0.hasPrefix(key + "=") }
        #expect(SandboxRecord(text: lines.joined(separator: "\n")) == nil)
    }

    @Test(
        "what can't be a state isn't taken for one",
        arguments: [
            "", "rubbish", "\0", text.replacing("ports=5432 5433", with: "ports=5432 x"),
            text.replacing("=/data", with: "=data"), text.replacing("timescaledb 2", with: "timescale 2"),
            text.replacing("format=1", with: "format=2"), text.replacing("=certificate", with: "=none"),
        ])
    func malformed(text: String) {
        #expect(SandboxRecord(text: text) == nil)
    }

    @Test("a sandbox of which nobody has said how one gets in trusts everybody")
    func olderState() throws {
        let older = Self.text.replacing("authentication=certificate\n", with: "")
        #expect(try #require(SandboxRecord(text: older)).text.contains("authentication=trust\n"))
    }

    @Test("psql is told where the secrets are, whatever the folder's name has in it")
    func conninfo() throws {
        let record = try #require(SandboxRecord(text: Self.text.replacing("with = sign", with: #"it's a \ sign"#)))
        let sandbox = Sandbox(record: record, registry: SandboxRegistry(path: "/none"), account: .own)
        let read = try ConnectionParameters.parse(sandbox.conninfo(for: sandbox.nodes[1]))
        #expect(read["sslkey"] == #"/data/it's a \ sign/client/postgres.key"#)
        #expect(read["sslmode"] == "verify-full")
        #expect(read["host"] == "127.0.0.1" && read["port"] == "5433" && read["dbname"] == "dist")
    }

    @Test("a maker whose number belongs to another process by now is gone")
    func recycledMaker() throws {
        // Process 1 is alive, but didn't start at tick 99.
        #expect(try #require(SandboxRecord(text: Self.text)).isAbandoned)
        let lasting = Self.text.replacing("making", with: "made").replacing("maker=yes", with: "maker=no")
        #expect(try #require(SandboxRecord(text: lasting)).isAbandoned == false)
    }
}
