extension PlainHypertable {
    /// What the table is besides its rows, as a text by which it is seen whether that has changed.
    ///
    /// - Parameter server: the access node.
    package func record(_ server: Capabilities) -> String {
        statements(MigrationNaming(isInPlace: true), server).map(\.inlined).joined(separator: ";\n")
    }

    /// The statements of one such text that are not in another.
    package static func difference(of record: String, from other: String) -> [String] {
        let known = Set(other.components(";\n"))
        return record.components(";\n").filter { !known.contains($0) }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let end = rest.firstRange(of: separator) {
            parts.append(String(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return parts + [String(rest)]
    }
}
