import FaultProxy
import Foundation
import Sandbox
import Testing

/// Chunks that are moved while the session of the access node is lost.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct LostSessionFaultTests {
    private static let setUp = """
        sql CREATE TABLE m (time timestamptz NOT NULL, device int NOT NULL)
        hypertable create m time --chunk-interval '1 day' --on dn1
        sql INSERT INTO m SELECT t, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-06', '1 day') t, generate_series(1, 20) d
        node attach dn2 --to m

        """

    /// The words of the question with which each step begins, over the session of the command.
    private static let question = "pg_get_userbyid(t.relowner) AS owner"

    /// Also the one that was asked about then, which had not begun either.
    @Test func aSessionThatIsCutFailsNoChunkThatHasNotBegun() async throws {
        try await ProxiedCluster.with { proxied in
            let made = try await proxied.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            let chunks = Int(try await proxied.cluster.value("SELECT count(*) FROM show_chunks('m')")) ?? 0
            let access = try proxied.proxy("an1")
            access.arm(.cut, .before(Self.question))
            let move = "chunk move --of m --from dn1 --to dn2 --parallel 6"
            let cut = try await proxied.run(move, patience: 180)
            #expect(access.struck == 1 && cut.status == 0, "\(cut)")
            let lines = cut.output.split(separator: "\n")
            #expect(lines.count { $0.hasPrefix("moved: ") } == chunks && chunks > 4, "\(cut)")
            #expect(cut.errors.contains("; it is opened again") && !cut.errors.contains("do not answer"), "\(cut)")
            #expect(try await proxied.cluster.value("SELECT count(*) FROM m") == "120")
            #expect(try await proxied.cluster.isClean())
        }
    }
}
