/// The name of one copy of a chunk, by which the access node records it: at most 33 of a-z, 0-9 and `_`, never used twice.
package struct ChunkCopyName: Sendable, Equatable {
    package let text: String

    /// - Parameters:
    ///   - chunk: in the catalog of the access node.
    ///   - number: tells it from all other copies of the chunk.
    package init(chunk: Int, number: UInt64) {
        text = "\(Self.prefix)\(chunk)_" + String(number % 0x1_0000_0000_0000, radix: 36)
    }

    /// A copy that tscl makes does not count until it is compared: as long as its record is there, nobody has.
    package static func isOwn(_ operation: String) -> Bool { operation.hasPrefix(prefix) }

    /// Whether it is such a name as a whole: what has no record may be anybody's who calls something `tscl_…`.
    static func isName(_ text: String) -> Bool { text.wholeMatch(of: /tscl_[0-9]+_[0-9a-z]+/) != nil }

    static let prefix = "tscl_"
}
