import Glibc

/// A data folder's `global/pg_control`, as far as it is needed to give a copy of the folder an identity of its own.
///
/// Copies of a data folder have the same system identifier, and would be one and the same server to whoever compares
/// `pg_control_system()` to find out which is which, as on a cluster. (PostgreSQL, `src/include/catalog/pg_control.h`.)
package struct ControlFile: Sendable {
    private var content: [UInt8]
    /// Where the checksum of all that is before it stands.
    private let checksumOffset: Int

    /// Nil when the content has no checksum where one of any version could be.
    package init?(content: [UInt8]) {
        var checksum = Checksum()
        for offset in 0..<min(content.count - 4, 512) {
            if offset >= 64, offset % 4 == 0, content[offset..<offset + 4].elementsEqual(checksum.bytes) {
                self.content = content
                checksumOffset = offset
                return
            }
            checksum.add(content[offset])
        }
        return nil
    }

    /// The content with another system identifier, which are the first eight bytes.
    package func withIdentifier(_ identifier: UInt64) -> [UInt8] {
        var content = content
        withUnsafeBytes(of: identifier) { content.replaceSubrange(0..<8, with: $0) }
        var checksum = Checksum()
        for byte in content[..<checksumOffset] { checksum.add(byte) }
        content.replaceSubrange(checksumOffset..<checksumOffset + 4, with: checksum.bytes)
        return content
    }

    /// An identifier as initdb makes it: the time in the upper half, and what tells servers of one second apart below.
    static func newIdentifier() -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: time(nil))) << 32 | UInt64(UInt32.random(in: .min ... .max))
    }

    /// CRC-32C, as it stands in the machine's byte order.
    private struct Checksum {
        private var state: UInt32 = 0xffff_ffff

        mutating func add(_ byte: UInt8) {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state >> 1 ^ (state & 1 == 1 ? 0x82f6_3b78 : 0) }
        }

        var bytes: [UInt8] { withUnsafeBytes(of: ~state) { Array($0) } }
    }
}
