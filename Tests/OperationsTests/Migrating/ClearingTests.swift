import ClusterAccess
import MultiNode
@testable import Operations
import Testing

/// How is deleted what is to be replaced by what was written since.
@Suite struct ClearingTests {
    private static let old = TableName(schema: "s", name: "old_1")
    private static let beside = TableName(schema: "s", name: "old_2")
    private static let migration = Migration(
        row: [
            "source_schema": "public", "source_name": "m", "source_id": "7", "cluster": "c", "target_schema": "public",
            "target_name": "m__new",
        ])

    private static func chunk(rows: Int = 3, oldRows: Int = 2, _ row: [String: String?] = [:]) -> WrittenChunk {
        let copied: [String: String?] = [
            "schema": "s", "name": "c", "old_schema": "s", "old_name": "old_1", "row_count": "2", "range": "t >= 1",
        ]
        var chunk = WrittenChunk(row: copied.merging(row) { $1 })
        chunk.compared = .init(rows: rows, oldRows: oldRows)
        return chunk
    }

    private static func statements(
        _ written: WrittenChunk..., compressed: Set<TableName> = [], nodes: [String] = ["dn1"],
        available: Set<String> = ["dn1", "dn2"]
    ) -> (statements: [String], error: ClusterError?) {
        let chunks = [(old, nodes), (beside, ["dn2"])].map {
            OldChunk($0.0, isCompressed: compressed.contains($0.0), nodes: $0.1)
        }
        let clearing = Clearing(migration, chunks, available: available, Server.capabilities)
        do throws(ClusterError) {
            return (try clearing.statements(toCopyBack: written, ["t"]).map(\.text), nil)
        } catch {
            return ([], error)
        }
    }

    /// No condition on the whole table keeps a node from looking into other chunks, which decompresses them there.
    @Test func aChunkIsClearedByItsNameOnItsNodes() {
        let found = Self.statements(Self.chunk(), compressed: [Self.beside])
        #expect(found.statements.count == 2)
        #expect(
            found.statements.first
                == #"CALL "public".distributed_exec('DELETE FROM "s"."old_1"', node_list => ARRAY['dn1']::name[])"#)
        #expect(found.statements.last?.hasPrefix(#"INSERT INTO "public"."m__old" ("t")"#) == true)
        #expect(
            Self.statements(Self.chunk(), nodes: ["dn1", "dn2"]).statements.first?.contains("ARRAY['dn1', 'dn2']")
                == true)
    }

    @Test func aCompressedChunkIsNotTouched() {
        let found = Self.statements(Self.chunk(), compressed: [Self.old])
        #expect(found.error?.message.contains("old_1") == true)
        #expect(found.error?.remedy?.contains("decompress_chunk(") == true)
    }

    /// Whoever has to decompress them is told of all at once.
    @Test func allCompressedChunksAreNamed() {
        let found = Self.statements(
            Self.chunk(), Self.chunk(["old_name": "old_2"]), compressed: [Self.old, Self.beside])
        #expect(
            found.error?.message.hasPrefix("s.old_1, s.old_2, into which") == true,
            "\(String(describing: found.error))")
        #expect(found.error?.remedy?.matches(of: #/decompress_chunk\(/#).count == 2)
    }

    @Test func whereTheOldTableHasNothingNothingIsDeleted() {
        let new = Self.chunk(oldRows: 0, ["old_schema": nil, "old_name": nil, "row_count": nil])
        let found = Self.statements(new, compressed: [Self.old, Self.beside], available: [])
        #expect(found.statements.count == 1 && found.statements[0].hasPrefix("INSERT"))
    }

    /// The chunk that was there before is one of those that are written, too.
    @Test func whatCameForADroppedChunkIsOnlyPutThere() {
        let new = Self.chunk(["old_schema": nil, "old_name": nil, "row_count": nil])
        let found = Self.statements(new, compressed: [Self.beside])
        #expect(found.statements.count == 1 && found.statements[0].hasPrefix("INSERT"))
    }

    /// The access node does not know the chunk any more.
    @Test func whatIsInNoOneChunkIsClearedByItsRange() {
        let new = Self.chunk(["old_name": "unknown"])
        let found = Self.statements(new)
        #expect(
            found.statements.first
                == #"CALL "public".distributed_exec('DELETE FROM "public"."m__old" WHERE t >= 1', node_list => ARRAY['dn1', 'dn2']::name[])"#
        )
        #expect(Self.statements(new, compressed: [Self.beside]).error?.message.contains("old_2") == true)
    }

    /// A copy that is not available leaves the catalog when a row is written, and else would keep what is deleted.
    @Test func whatANodeWouldKeepIsNotDeletedElsewhere() {
        func nodes(_ chunk: WrittenChunk, _ nodes: [String]) -> ClusterError? {
            Self.statements(chunk, nodes: nodes, available: ["dn1"]).error
        }
        #expect(nodes(Self.chunk(), ["dn1", "dn2"]) == nil)
        #expect(nodes(Self.chunk(), ["dn2"])?.remedy == "node enable dn2; then again")
        #expect(nodes(Self.chunk(rows: 0), ["dn1", "dn2"])?.remedy == "node enable dn2; then again")
        #expect(nodes(Self.chunk(["name": nil]), ["dn1", "dn2"])?.remedy == "node enable dn2; then again")
    }

    @Test(arguments: [
        "transparent decompression only supports tableoid system column",
        #"[dn1]: cannot update/delete rows from chunk "_dist_hyper_1_5_chunk" as it is compressed"#,
    ])
    func whatAServerRefusesForItsCompressionIsExplained(message: String) {
        let error = ClusterError(message).ofCompressedRows(Self.migration)
        #expect(error.remedy?.contains("decompress_chunk(") == true)
        #expect(ClusterError("x").ofCompressedRows(Self.migration).message == "x")
    }
}
