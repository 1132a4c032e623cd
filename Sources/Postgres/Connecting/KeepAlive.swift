import Glibc

/// What makes the system notice that the machine of a server is gone, or no packet gets there any more: without it a
/// statement waits for its answer for hours, or for ever (tcp(7)).
///
/// A process that is stopped is another matter: its machine answers in its place.
struct KeepAlive: Equatable {
    /// After so many seconds without a word the other machine is asked whether it is there.
    var idle: Int32 = 20
    /// Again and again after so many seconds.
    var interval: Int32 = 10
    /// As often as this.
    var count: Int32 = 4
    /// After so many milliseconds without an answer to anything the connection is over.
    var userTimeout: Int32 { (idle + interval * count) * 1000 }

    /// - Parameter effective: all parameters of the connection. Nil where one of them, wherever it comes from, says
    ///   something of this: then that counts, and the system's own values for the rest.
    init?(_ effective: ConnectionParameters) {
        let keywords = [
            "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        ]
        // libpq gives the first one a default, which is what it does without.
        let given = keywords.filter { keyword in
            effective[keyword].map { !$0.isEmpty && !(keyword == "keepalives" && $0 == "1") } ?? false
        }
        guard given.isEmpty else { return nil }
    }

    /// Sets it for a socket. One of another kind than TCP has nothing of it, and refuses it.
    func apply(to socket: Int32) {
        func set(_ level: Int32, _ name: Int32, _ value: Int32) {
            var value = value
            setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        }
        let tcp = Int32(IPPROTO_TCP)
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(tcp, TCP_KEEPIDLE, idle)
        set(tcp, TCP_KEEPINTVL, interval)
        set(tcp, TCP_KEEPCNT, count)
        set(tcp, TCP_USER_TIMEOUT, userTimeout)
    }
}
