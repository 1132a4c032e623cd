import Glibc
import Platform

/// How much memory the answer to one statement may take: a wrong server, or a statement without a LIMIT, sends more than
/// there is.
package enum AnswerLimit {
    /// In bytes, for the connections that the process opens from now on.
    package static var ofProcess: Int {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    private static let state = Lock(1 << 30)

    /// What a row takes in memory.
    static func size(of row: [String?]) -> Int {
        row.reduce(48) { size, value in
            // A short string is kept in place.
            let length = value?.utf8.count ?? 0
            return size + 16 + (length > 15 ? length + 32 : 0)
        }
    }

    /// How many bytes have come in on a TCP socket, whatever they were; nil for another socket.
    static func received(on socket: Int32) -> UInt64? {
        // struct tcp_info of <linux/tcp.h>, which the one of <netinet/tcp.h> is only the beginning of.
        let place = 128
        var info = [UInt8](repeating: 0, count: 256)
        var length = socklen_t(info.count)
        guard getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0,
            Int(length) >= place + MemoryLayout<UInt64>.size
        else { return nil }
        return info.withUnsafeBytes { $0.load(fromByteOffset: place, as: UInt64.self) }
    }
}
