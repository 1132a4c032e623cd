import Glibc

/// The process's environment.
package enum Environment {
    package static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The value of a variable that is taken as it is, as a password is.
    ///
    /// - Throws: if it is not UTF-8, because a String of it would be another text.
    package static func text(_ name: String) throws(NotText) -> String? {
        guard let value = getenv(name) else { return nil }
        guard let text = String(validatingCString: value) else { throw NotText() }
        return text
    }

    /// A text of another encoding than UTF-8.
    package struct NotText: Error {}

    /// The value of a variable; nil too when it is empty, for those of which that says the same.
    package static subscript(nonEmpty name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The variables there are, sorted.
    package static var names: [String] {
        var names: [String] = []
        var next = environ
        while let assignment = next.pointee {
            names.append(String(String(cString: assignment).prefix { $0 != "=" }))
            next += 1
        }
        return names.sorted()
    }
}
