import Glibc
import Platform
import SystemPackage

/// TCP ports of 127.0.0.1.
enum LoopbackPort {
    /// Ports that nobody listens on right now, all different. Another program may take one before it is used.
    static func free(_ count: Int) throws(SandboxError) -> [Int] {
        var sockets: [Int32] = []
        // All are held until the last is chosen, or the same one could come twice.
        defer { for socket in sockets { close(socket) } }
        var ports: [Int] = []
        for _ in 0..<count {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw failure() }
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
                }
            }
            guard result else { throw failure() }
            ports.append(Int(UInt16(bigEndian: address.sin_port)))
        }
        return ports
    }

    private static func failure() -> SandboxError {
        let cause = Errno.current
        return SandboxError(.server, "no free TCP port on 127.0.0.1: \(cause)")
    }
}
