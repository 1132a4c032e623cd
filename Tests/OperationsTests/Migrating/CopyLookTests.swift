import ClusterAccess
import MultiNode
import Testing

@testable import Operations

/// How the copies are divided among the sessions that look at them while nobody writes.
@Suite struct CopyLookTests {
    private static func sizes(_ count: Int, bytes: Int = 0) -> [Int] {
        let records = (0..<count).map { MigratedChunk(row: ["source_id": String($0), "bytes": String(bytes)]) }
        let batches = Cluster.batches(of: records)
        #expect(batches.joined().map(\.sourceID) == Array(0..<count))
        return batches.map(\.count)
    }

    @Test func eachSessionHasAPartAndAFewNeedOneAlone() {
        #expect(Self.sizes(0) == [] && Self.sizes(1) == [1] && Self.sizes(20) == [20])
        #expect(Self.sizes(50) == [20, 20, 10])
        #expect(Self.sizes(120) == [30, 30, 30, 30])
        #expect(Self.sizes(1000) == Array(repeating: 100, count: 10))
    }

    @Test func aStatementReadsNoMoreThanItMay() {
        #expect(Self.sizes(5, bytes: 30 << 20) == [2, 2, 1])
        #expect(Self.sizes(3, bytes: 100 << 20) == [1, 1, 1])
    }
}
