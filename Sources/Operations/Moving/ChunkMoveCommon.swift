package import MultiNode

/// What all moves of one command have in common, of which there may be a hundred thousand.
package final class ChunkMoveCommon: Sendable {
    let maxLock: Duration
    let capabilities: Capabilities
    let site: any MovingSite
    let newNumber: @Sendable () -> UInt64
    private let longestWait: Duration?

    /// How long is waited for those that read a node as it was before a copy of so many bytes: as long as the copy for those that
    /// write.
    func patience(_ bytes: Int64) -> Duration { longestWait ?? CopyEstimate.limit(bytes) }

    /// - Parameters:
    ///   - maxLock: how long writers may wait.
    ///   - longestWait: for those that read a node as it was before; nil for the usual.
    ///   - newNumber: a number for each copy, never the same.
    package init(
        maxLock: Duration, _ capabilities: Capabilities, at site: any MovingSite, longestWait: Duration? = nil,
        newNumber: @escaping @Sendable () -> UInt64 = { .random(in: 0 ... .max) }
    ) {
        self.maxLock = maxLock
        self.capabilities = capabilities
        self.site = site
        self.newNumber = newNumber
        self.longestWait = longestWait
    }
}
