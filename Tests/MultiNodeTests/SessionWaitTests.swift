import MultiNode
import Testing

@Suite struct SessionWaitTests {
    private func row(_ pid: String, _ values: [String: String?]) -> [String: String?] {
        ["pid": pid, "state": "active", "old": "t", "wait": nil, "holder": nil].merging(values) { $1 }
    }

    @Test func theHoldersOfALockBelongToOneSession() {
        let waits = SessionWait.list([
            row("7", ["wait": "Lock", "holder": "0"]),
            row(
                "7",
                [
                    "wait": "Lock", "holder": "8", "holder_role": "app", "holder_state": "idle in transaction",
                    "holder_seconds": "90",
                ]),
            row("9", ["wait": "Extension", "old": "f"]),
        ])
        #expect(waits.map(\.pid) == [7, 9])
        #expect(waits.map(\.waitsForLock) == [true, false] && waits.map(\.waitsOutside) == [false, true])
        #expect(
            waits[0].holders.map(\.text) == [
                "a transaction in doubt", "process 8 (app, idle in transaction for 90 s)",
            ])
        #expect(waits[0].holders.allSatisfy(\.isIdle) && waits[1].holders.isEmpty && !waits[1].isOld)
    }

    @Test func whatWorksIsNotBlocked() {
        #expect(SessionWait(pid: 1).works && SessionWait(pid: 1, waitsOutside: true).works)
        #expect(!SessionWait(pid: 1, isActive: false).works && !SessionWait(pid: 1, waitsForLock: true).works)
        // As a copy does that waits for its rows.
        #expect(!SessionWait(pid: 1, waitsForClient: true).works)
        #expect(!LockHolder(pid: 3, state: "active").isIdle && LockHolder(pid: 3).text == "process 3")
    }
}
