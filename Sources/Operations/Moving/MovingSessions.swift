/// What the connections to the access node are for that a command may have which moves chunks.
///
/// One is the command's own, and one is opened for a moment where it is looked what a command that takes long waits for.
package struct MovingSessions: Sendable, Equatable {
    /// How many chunks are in hand at once: each has a session, which tells others by a lock that it is moved.
    package let chunks: Int

    /// The command's own, and that of the look.
    static let besides = 2
    /// Shared by the steps to hold those who write, to look how far copies are, and to clean up: one is left for looks beside
    /// two of the others, of which one is a hold, for a cleanup may take minutes.
    static let shared = 3
    /// Fewer do not do it.
    static let least = besides + shared + 1

    /// - Parameter most: how many connections there may be; at least six are taken.
    package init(_ most: Int) { chunks = max(Self.least, most) - Self.besides - Self.shared }
}
