/// The id under which a data node holds its part of a distributed transaction: the gid
/// `ts-<version>-<xid>-<server oid>-<role oid>`.
///
/// `xid` is the 32-bit id of the access node's transaction, the oids are those of the foreign server and the role on
/// the access node. TimescaleDB reads it by `sscanf("ts-%hhu-%u-%u-%u%c")`; this parser accepts exactly the same.
package struct TransactionID: Sendable, Hashable {
    package let xid: UInt32
    package let serverOID: UInt32
    package let roleOID: UInt32

    /// Whether it was begun for another foreign server than the data node is, so that the access node's log of commits and its
    /// numbers of transactions tell nothing of it.
    package func isOfAnotherServer(than node: DataNode) -> Bool { serverOID != node.serverOID && node.serverOID != 0 }

    /// What a gid is to healing.
    package enum Gid: Sendable, Hashable {
        case distributed(TransactionID)
        /// Not TimescaleDB's: healing skips it.
        case foreign
        /// Begins like a gid of TimescaleDB but is malformed: healing of its node stops at it with an error (22P02).
        case malformed
        /// Has an unknown version of the format: healing of its node stops at it with an error (XX000).
        case otherVersion(UInt8)
    }

    package static func parse(_ gid: String) -> Gid {
        var bytes = Array(gid.utf8)[...]
        guard bytes.starts(with: "ts-".utf8) else { return .foreign }
        bytes = bytes.dropFirst(3)
        var numbers: [UInt32] = []
        for index in 0..<4 {
            if index > 0 {
                guard bytes.popFirst() == UInt8(ascii: "-") else { return .malformed }
            }
            guard let number = unsigned(from: &bytes) else { return .malformed }
            numbers.append(number)
        }
        guard bytes.isEmpty else { return .malformed }
        let version = UInt8(truncatingIfNeeded: numbers[0])
        guard version == 1 else { return .otherVersion(version) }
        return .distributed(TransactionID(xid: numbers[1], serverOID: numbers[2], roleOID: numbers[3]))
    }

    /// Reads a number as `%u` does: white space, a sign, digits. A number that is too large becomes the largest, and
    /// the result keeps 32 bits.
    private static func unsigned(from bytes: inout ArraySlice<UInt8>) -> UInt32? {
        bytes = bytes.drop { $0 == UInt8(ascii: " ") || $0 >= 0x09 && $0 <= 0x0d }
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes.removeFirst()
        }
        let digits = bytes.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        if digits.isEmpty { return nil }
        bytes = bytes.dropFirst(digits.count)
        guard let value = UInt64(String(decoding: digits, as: UTF8.self)) else { return UInt32.max }
        return UInt32(truncatingIfNeeded: isNegative ? 0 &- value : value)
    }
}
