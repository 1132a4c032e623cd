import Glibc

/// Where a server of PostgreSQL listens.
package enum ServerPlace: Sendable {
    /// The path of its Unix socket.
    case socket(String)
    /// A port of the loopback.
    case port(Int)

    /// - Returns: a connected socket; nil if nobody listens there.
    func connect() -> Int32? {
        let socket: Int32
        let isConnected: Bool
        switch self {
        case .socket(let path):
            socket = Loopback.socket(AF_UNIX)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            isConnected = withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
        case .port(let port):
            socket = Loopback.socket(AF_INET)
            var address = Loopback.address(port)
            isConnected = withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
        if isConnected { return socket }
        close(socket)
        return nil
    }
}

/// Sockets of this machine alone.
package enum Loopback {
    static func socket(_ family: Int32) -> Int32 {
        Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        return address
    }

    /// Listens on a free port.
    package static func listen() throws -> (listener: Int32, port: Int) {
        let listener = socket(AF_INET)
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isListening else {
            close(listener)
            throw FaultProxyError(description: "cannot listen on the loopback")
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Ends a connection at once, as an error of the other side.
    static func reset(_ socket: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close(socket)
    }
}
