/// The rules that every name in PostgreSQL obeys: section "Identifiers and Key Words" of its manual.
enum Identifier {
    /// `NAMEDATALEN` less one. PostgreSQL silently truncates a longer name, which then names another object.
    static let longest = 63

    /// - Throws: `MultiNodeError.invalidName`, which quotes `whole`.
    static func check(_ name: String, in whole: String) throws(MultiNodeError) {
        if name.isEmpty { throw .invalidName(whole, reason: "it is empty") }
        if name.utf8.contains(0) { throw .invalidName(whole, reason: "it has a NUL character in it") }
        let length = name.utf8.count
        if length > longest {
            throw .invalidName(whole, reason: "it has \(length) bytes, and PostgreSQL keeps \(longest)")
        }
    }
}
