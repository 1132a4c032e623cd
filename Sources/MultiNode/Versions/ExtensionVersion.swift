/// A version of TimescaleDB, such as `2.13.1`; a suffix, as in `2.14.0-dev`, is ignored.
struct ExtensionVersion: Comparable, Sendable {
    let parts: [Int]

    init(_ text: String) {
        let release = text.prefix { $0 == "." || $0.isASCII && $0.isNumber }
        var parts = release.split(separator: ".").prefix(3).map { Int($0) ?? 0 }
        while parts.count < 3 { parts.append(0) }
        self.parts = parts
    }

    static func < (first: ExtensionVersion, second: ExtensionVersion) -> Bool {
        first.parts.lexicographicallyPrecedes(second.parts)
    }
}
