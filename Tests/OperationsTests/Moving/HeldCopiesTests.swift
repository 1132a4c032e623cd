import MultiNode
@testable import Operations
import Testing

/// What the comparison of copies decides.
@Suite struct HeldCopiesTests {
    private static func comparison(
        _ decision: CopyDecision, _ copies: [String: String], unavailable: Set<String> = [],
        status: [String: String] = [:]
    ) -> HeldCopies {
        let copies = copies.mapValues { CopyDigest(rows: $0.count, hash: $0) }
        return HeldCopies(
            decision: decision,
            copies: Dictionary(
                uniqueKeysWithValues: copies.map { node, digest in
                    (node, .init(digest: digest, status: status[node] ?? "0"))
                }),
            available: Set(["dn1", "dn2", "dn3"]).subtracting(unavailable),
            standing: ChunkStanding(nodes: copies.keys.sorted(), status: "0", owner: "postgres"), keepsStatus: true)
    }

    private static let drop = CopyDecision.drop("dn1", besides: ["dn2", "dn3"])

    @Test func aCopyGoesWhereTheOthersAreEqualToIt() {
        let comparison = Self.comparison(Self.drop, ["dn1": "abc", "dn2": "abc", "dn3": "abc"])
        #expect(comparison.verdict == .equal(rows: 3, held: .zero))
        #expect(comparison.successor == "dn2")
    }

    /// Whichever of the others is read then.
    @Test(arguments: [["dn1": "abc", "dn2": "abc", "dn3": "ab"], ["dn1": "abc", "dn2": "abd", "dn3": "abc"]])
    func oneThatDiffersKeepsIt(_ copies: [String: String]) {
        #expect(Self.comparison(Self.drop, copies).verdict == .different(rows: copies.mapValues(\.count)))
    }

    /// A copy that nobody reads neither proves one that is dropped, nor keeps it.
    @Test func whatIsUnavailableProvesNothing() {
        let copies = ["dn1": "abc", "dn2": "abc", "dn3": "ab"]
        #expect(
            Self.comparison(Self.drop, copies, unavailable: ["dn2"]).verdict == .different(rows: ["dn1": 3, "dn3": 2]))
        let other = Self.comparison(Self.drop, copies, unavailable: ["dn3"])
        #expect(other.verdict == .equal(rows: 3, held: .zero))
        #expect(other.successor == "dn2")
        let none = Self.comparison(Self.drop, copies, unavailable: ["dn2", "dn3"])
        #expect(none.verdict == .different(rows: ["dn1": 3]))
    }

    /// The access node then reads one that has the status as well.
    @Test func theSuccessorHasTheStatus() {
        let copies = ["dn1": "abc", "dn2": "abc", "dn3": "abc"]
        let comparison = Self.comparison(Self.drop, copies, status: ["dn2": "1"])
        #expect(comparison.verdict == .equal(rows: 3, held: .zero))
        #expect(comparison.successor == "dn3")
        let none = Self.comparison(Self.drop, copies, status: ["dn2": "1", "dn3": "1"])
        #expect(none.verdict == .restated(.compression))
    }

    @Test func aNewCopyTakesThePlaceOfItsSource() {
        let move = CopyDecision.take(from: "dn1", to: "dn2", droppingSource: true)
        let comparison = Self.comparison(move, ["dn1": "abc", "dn2": "abc"])
        #expect(comparison.verdict == .equal(rows: 3, held: .zero))
        #expect(comparison.successor == "dn2")
        #expect(Self.comparison(move, ["dn1": "abc", "dn2": "abd"]).verdict == .different(rows: ["dn1": 3, "dn2": 3]))
    }
}
