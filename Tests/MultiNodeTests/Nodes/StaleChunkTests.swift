import Testing

@testable import MultiNode

/// Which rows of a chunk are nowhere else.
@Suite struct StaleChunkTests {
    private func rows(_ counts: [Int64: Int]) -> [Int64: CopyRow] {
        counts.mapValues { CopyRow(count: $0, key: "") }
    }

    @Test func rowsAreToldByWhatTheyAreAndHowOften() {
        let own = rows([1: 3, 2: 1, 3: 2])
        #expect(StaleChunk.rows(of: own, besides: []) == [1: 3, 2: 1, 3: 2])
        #expect(StaleChunk.rows(of: own, besides: [rows([1: 3, 2: 5, 3: 2, 4: 9])]).isEmpty)
        // What one lacks another may have.
        #expect(StaleChunk.rows(of: own, besides: [rows([1: 1, 2: 1]), rows([1: 2])]) == [1: 1, 3: 2])
    }

    @Test func whatIsKeptComesToTheSameAsTheServerSays() {
        #expect(CopyDigest(of: [.max: 2, -5: 1]) == CopyDigest(rows: 3, hash: "18446744073709551609"))
    }

    @Test func rowsAreKeptInStatementsOfSomeThousands() {
        let shape = RowShape(table: TableName(schema: "public", name: "m"), columns: ["a b"], key: [])
        let rows = Dictionary(uniqueKeysWithValues: (0..<150_000).map { (Int64($0), 1) })
        let chunk = TableName(schema: "c", name: "x")
        let statements = CopyAside.keep(rows, of: chunk, shape, as: TableName(schema: "public", name: "k"))
        #expect(statements.map { $0.text.prefix(6) } == ["CREATE", "INSERT", "INSERT", "COMMEN"])
        #expect(statements.dropLast().allSatisfy { $0.text.contains(#""a b""#) })
    }
}
