/// Where a canned server is: its host, with its port if that is not 5432.
package struct Place: Hashable, Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    package let description: String

    package init(stringLiteral value: String) { description = value }

    init(host: String?, port: String?) {
        let port = port ?? "5432"
        description = (host ?? "localhost") + (port == "5432" ? "" : ":\(port)")
    }
}
