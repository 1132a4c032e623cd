@testable import ClusterAccess
import MultiNode
@testable import Operations
import Testing

/// Which copies are waited for.
@Suite struct CopyOutlookTests {
    private func state(_ wait: CopyWait? = nil, isFailing: Bool = false) -> CopyState {
        CopyState(stage: .rows, bytes: 1, wait: wait, isFailing: isFailing)
    }

    private let doubt = CopyWait("the prepared transaction ts-1 in dist, on dn1", remedy: "heal dn1")

    /// - Returns: what is known afterwards; whether the copy is to be cancelled.
    private func looked(_ state: CopyState, isToStop: Bool) -> (outlook: CopyOutlook, isUseless: Bool) {
        var outlook = CopyOutlook()
        let isUseless = outlook.note(state, isToStop: isToStop)
        return (outlook, isUseless)
    }

    @Test func whatWaitsForSomebodyElseEndsWhereTheOperationIsToStop() {
        let before = looked(state(doubt), isToStop: false)
        #expect(!before.isUseless && before.outlook.wait == doubt)
        let behind = looked(state(doubt), isToStop: true)
        #expect(behind.isUseless && behind.outlook.isStopped && !behind.outlook.isFailing)
    }

    @Test func whatGetsOnIsLetEnd() {
        #expect(!looked(state(), isToStop: true).isUseless)
        #expect(!looked(state(CopyWait("a worker that dn2 starts once in 5 s")), isToStop: true).isUseless)
        let failing = looked(state(isFailing: true), isToStop: true)
        #expect(failing.isUseless && failing.outlook.isFailing && !failing.outlook.isStopped)
    }
}
