import Testing

@testable import MultiNode

/// Which copy of a chunk is right.
@Suite struct CopyDifferencesTests {
    private static func digest(_ rows: Int, _ hash: String) -> CopyDigest { CopyDigest(rows: rows, hash: hash) }

    private static func rows(_ hashes: Int64...) -> [Int64: CopyRow] {
        Dictionary(hashes.map { ($0, CopyRow(count: 1, key: "\($0)")) }) {
            CopyRow(count: $0.count + $1.count, key: $0.key)
        }
    }

    @Test func theOneThatHoldsAllRowsIsRight() {
        var differences = CopyDifferences([
            "dn1": Self.digest(2, "a"), "dn2": Self.digest(3, "b"), "dn3": Self.digest(3, "b"),
        ])
        // Of copies with the same rows one is looked at.
        #expect(differences.toCompare == ["dn1", "dn2"])
        differences.take(["dn1": Self.rows(1, 2), "dn2": Self.rows(1, 2, 2)])
        #expect(differences.judge() == .init(kept: "dn2", wrong: ["dn1"]))
        #expect(differences.lacking(in: "dn1", of: "dn3") == 1 && differences.lacking(in: "dn3", of: "dn1") == 0)
    }

    @Test func whereEachLacksSomethingSomebodyHasToDecide() {
        var differences = CopyDifferences(["dn1": Self.digest(2, "a"), "dn2": Self.digest(2, "b")])
        // What one batch tells is true behind the next.
        differences.take(["dn1": Self.rows(1), "dn2": Self.rows()])
        differences.take(["dn1": Self.rows(9), "dn2": Self.rows(9, 10)])
        #expect(differences.judge() == nil)
        #expect(differences.judge(keeping: "dn2") == .init(kept: "dn2", wrong: ["dn1"]))
        #expect(differences.lacking(in: "dn2", of: "dn1") == 1)
    }

    @Test func aCopyWithoutRowsLacksAllAndNeedsNoLook() {
        let differences = CopyDifferences(["dn1": Self.digest(0, ""), "dn2": Self.digest(7, "b")])
        #expect(differences.toCompare.isEmpty)
        #expect(differences.judge() == .init(kept: "dn2", wrong: ["dn1"]))
        #expect(differences.judge(keeping: "dn1") == .init(kept: "dn1", wrong: ["dn2"]))
        #expect(differences.lacking(in: "dn1", of: "dn2") == 7 && differences.lacking(in: "dn2", of: "dn1") == 0)
    }

    @Test func copiesWithTheSameRowsAreAllRight() {
        let differences = CopyDifferences(["dn1": Self.digest(7, "b"), "dn2": Self.digest(7, "b")])
        #expect(differences.toCompare.isEmpty && differences.judge()?.wrong == [])
        #expect(differences.judge(keeping: "dn3") == nil)
    }

    @Test func whatBecameEqualMeanwhileIsNoReasonToDropOne() {
        var differences = CopyDifferences([
            "dn1": Self.digest(3, "a"), "dn2": Self.digest(2, "b"), "dn3": Self.digest(0, ""),
        ])
        // No part differs any more.
        #expect(differences.areChanging)
        // Or some rows came in between.
        differences.take(["dn1": Self.rows(1, 2, 3), "dn2": Self.rows(1)])
        #expect(differences.areChanging)
        differences.take(["dn1": Self.rows(), "dn2": Self.rows(4)])
        #expect(!differences.areChanging)
        #expect(!CopyDifferences(["dn1": Self.digest(7, "b"), "dn2": Self.digest(7, "b")]).areChanging)
        #expect(!CopyDifferences(["dn1": Self.digest(0, ""), "dn2": Self.digest(7, "b")]).areChanging)
    }

    @Test func onlyPartsThatDifferAreLookedAtAndNotTooManyRowsAtOnce() {
        let parts = [
            "dn1": [1: Self.digest(5, "x"), 2: Self.digest(150_000, "a"), 4: Self.digest(60_000, "c")],
            "dn2": [1: Self.digest(5, "x"), 3: Self.digest(40_000, "b"), 4: Self.digest(1, "d")],
        ]
        #expect(CopyDifferences.batches(parts) == [[2, 3], [4]])
        #expect(CopyDifferences.batches(["dn1": [1: Self.digest(1, "x")], "dn2": [1: Self.digest(1, "x")]]).isEmpty)
    }
}
