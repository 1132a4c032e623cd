import CannedServers
import ClusterAccess
import CommandLanguage
import Shell
import SystemPackage

/// A session with canned servers, which keeps what it says.
struct ShellTrial {
    struct Answer: CustomStringConvertible {
        let status: ExitStatus?
        /// What went to standard output.
        let data: String
        /// What went to standard error.
        let messages: String

        /// The data, with each measured time as 0.
        var json: String { data.replacing(#/"ms":[0-9.]+/#, with: "\"ms\":0") }

        var description: String { "status \(status?.rawValue ?? -1)\n\(data)\n\(messages)" }
    }

    let canned: CannedCluster
    let session: Session
    private let data: Capture
    private let messages: Capture

    /// - Parameter destination: where data goes, which are not in the answer then.
    init(
        _ canned: CannedCluster = CannedCluster(), to destination: FileDescriptor? = nil, log: AuditLog? = nil,
        variables: Variables = Variables(),
        login: Login = Login(), stopping: Stopping = Stopping(), _ configure: (inout Settings) -> Void = { _ in }
    ) throws {
        self.canned = canned
        data = try Capture()
        messages = try Capture()
        var settings = Settings()
        configure(&settings)
        session = Session(
            ConnectionTarget(CannedCluster.parameters),
            output: Output(data: destination ?? data.descriptor, messages: messages.descriptor), stopping: stopping,
            log: log,
            variables: variables,
            settings: settings, login: login, connector: canned.servers)
    }

    /// Runs a script to its end.
    func run(_ script: String) async throws -> Answer {
        let (statements, faults) = Parser.parse(SourceText(name: "t", script), table: Catalogue.table)
        let status: Int32
        do throws(Failure) {
            status = try await session.run(statements, faults: faults)
        } catch {
            session.output.message(lines: error.text)
            status = error.status.rawValue
        }
        return try answer(status)
    }

    /// Runs commands as they arrive on standard input, to its end.
    func run(input: String) async throws -> Answer {
        let file = try TemporaryFile(input)
        let descriptor = try FileDescriptor.open(file.path, .readOnly)
        defer { try? descriptor.close() }
        return try answer(
            await session.run(InputReader(descriptor: descriptor.rawValue, name: "<stdin>")))
    }

    func answer(_ status: Int32) throws -> Answer {
        let answer = Answer(status: ExitStatus(rawValue: status), data: try data.take(), messages: try messages.take())
        for line in answer.data.split(separator: "\n") where line.hasPrefix(#"{"v":1,"command":"#) {
            Self.requireDeclared(String(line))
        }
        return answer
    }
}

extension CannedCluster {
    /// Runs a script in a session of its own.
    func run(
        _ script: String, _ configure: (inout Settings) -> Void = { _ in }
    ) async throws -> ShellTrial.Answer {
        try await ShellTrial(self, configure).run(script)
    }
}
