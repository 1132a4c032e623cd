/// Looks at a hold one behind the other.
package struct HoldLooks: Sendable {
    private var since: ContinuousClock.Instant?

    /// How long writers wait for a hold that waits for somebody of whom nobody knows whether he waits for the hold.
    static let patience: Duration = .milliseconds(1300)
    /// How far ages may be apart that two servers have told one behind the other, in milliseconds.
    static let grain = 100

    package init() {}

    /// - Parameters:
    ///   - waiting: who waits for the hold.
    ///   - blocks: for whom the hold waits.
    /// - Returns: why it is to be given back; nil while it may go on.
    package mutating func note(
        waiting: [HeldSession], _ blocks: [HoldBlock], at now: ContinuousClock.Instant
    ) -> HoldStandstill? {
        if let session = waiting.first(where: \.isAwaited) { return HoldStandstill(awaiting: session) }
        guard !waiting.isEmpty, let first = blocks.first else {
            since = nil
            return nil
        }
        for block in blocks where block.isOfAccessNode {
            if let session = waiting.first(where: { Self.hasBegun(block, $0) }) {
                return HoldStandstill(block, of: session)
            }
        }
        let began = since ?? now
        since = began
        return began.duration(to: now) >= Self.patience ? HoldStandstill(first, of: nil) : nil
    }

    /// Whether a session of the access node may have begun a transaction on a data node: in its own, and before the statement
    /// that waits. Each server tells ages by its own clock.
    private static func hasBegun(_ block: HoldBlock, _ session: HeldSession) -> Bool {
        guard let age = block.age, let transaction = session.transactionAge, let statement = session.statementAge else {
            return false
        }
        return age <= transaction + grain && age >= statement - grain
    }
}
