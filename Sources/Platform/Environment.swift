import Glibc

/// The process's environment.
package enum Environment {
    package static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

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
