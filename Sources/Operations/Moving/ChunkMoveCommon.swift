package import MultiNode

/// What all moves of one command have in common, of which there may be a hundred thousand.
package final class ChunkMoveCommon: Sendable {
    let maxLock: Duration
    let capabilities: Capabilities
    let site: any MovingSite
    let newNumber: @Sendable () -> UInt64

    /// - Parameters:
    ///   - maxLock: how long writers may wait.
    ///   - newNumber: a number for each copy, never the same.
    package init(
        maxLock: Duration, _ capabilities: Capabilities, at site: any MovingSite,
        newNumber: @escaping @Sendable () -> UInt64 = { .random(in: 0 ... .max) }
    ) {
        self.maxLock = maxLock
        self.capabilities = capabilities
        self.site = site
        self.newNumber = newNumber
    }
}
