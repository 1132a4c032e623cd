import Glibc

/// Finds a host's addresses without holding up the event loop: libpq itself would resolve the name where it blocks.
enum HostAddress {
    /// Whether libpq would have to ask a name server for this host.
    static func needsResolving(_ host: String) -> Bool {
        var address4 = in_addr()
        var address6 = in6_addr()
        return !host.isEmpty && !host.hasPrefix("/") && !host.hasPrefix("@") && !host.contains(",")
            && inet_pton(AF_INET, host, &address4) != 1 && inet_pton(AF_INET6, host, &address6) != 1
    }

    /// The numeric addresses of a host, or the resolver's words why there are none.
    static func resolve(_ host: String) -> Result<[String], ResolverError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { return .failure(ResolverError(message: String(cString: gai_strerror(status)))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next {
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let info = entry.pointee
            if getnameinfo(
                info.ai_addr, info.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
            {
                let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                let address = String(decoding: bytes, as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = info.ai_next
        }
        return .success(addresses)
    }
}

struct ResolverError: Error {
    let message: String
}
