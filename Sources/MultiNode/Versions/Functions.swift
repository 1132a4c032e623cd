/// The functions of the extension that a server has, with their schemas and arguments.
struct Functions {
    private var found: [String: [(schema: String, arguments: Set<String>)]] = [:]

    /// - Parameter signatures: `schema.name(argument,argument)` each.
    init(_ signatures: [String]) {
        for signature in signatures {
            let parts = signature.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "(" }
            guard parts.count == 2, let dot = parts[0].lastIndex(of: ".") else { continue }
            let name = String(parts[0][parts[0].index(after: dot)...])
            let arguments = Set(parts[1].dropLast().split(separator: ",").map(String.init))
            found[name, default: []].append((String(parts[0][..<dot]), arguments))
        }
    }

    func has(_ name: String) -> Bool { found[name] != nil }

    func has(_ name: String, with argument: String) -> Bool {
        found[name]?.contains { $0.arguments.contains(argument) } ?? false
    }

    /// The schema of a function; if several have it, the current one: 2.12 moved functions and left wrappers that warn.
    func schema(of name: String) -> String? {
        let schemas = found[name]?.map(\.schema) ?? []
        return schemas.first { $0 == "_timescaledb_functions" } ?? schemas.first
    }
}
