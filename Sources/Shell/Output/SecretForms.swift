import MultiNode

/// Secrets in every form in which a text may contain them, found by how they begin.
///
/// A text is read once, however many secrets there are: a command may have one for each of thousands of roles.
struct SecretForms: Sendable {
    /// By their first bytes, as many as ``startLength``.
    private var longer: [UInt32: Set<[UInt8]>] = [:]
    /// Those that have fewer.
    private var shorter: Set<[UInt8]> = []

    private static let startLength = 4

    /// - Parameter least: as for ``Secrets/forms(of:ofAtLeast:)``.
    init(of secrets: [String] = [], ofAtLeast least: Int = 4) {
        insert(secrets, ofAtLeast: least)
    }

    mutating func insert(_ secrets: [String], ofAtLeast least: Int = 4) {
        for form in Secrets.forms(of: secrets, ofAtLeast: least).map({ Array($0.utf8) }) {
            if form.count < Self.startLength {
                shorter.insert(form)
            } else {
                longer[Self.start(form[...]), default: []].insert(form)
            }
        }
    }

    /// A text with these and other secrets masked, wherever they stand.
    func masking(in text: String, with others: SecretForms = SecretForms()) -> String {
        let bytes = Array(text.utf8)
        let found = begun(in: bytes).union(others.begun(in: bytes))
        if found.isEmpty { return text }
        let longestFirst = found.sorted { $0.count > $1.count }
        return String(decoding: longestFirst.reduce(bytes) { Secrets.masking($1, in: $0) }, as: UTF8.self)
    }

    /// Those of whose first bytes there are some in a text.
    private func begun(in text: [UInt8]) -> Set<[UInt8]> {
        var found = shorter
        guard !longer.isEmpty, text.count >= Self.startLength else { return found }
        var start = Self.start(text[...])
        for next in text[Self.startLength...] {
            if let forms = longer[start] { found.formUnion(forms) }
            start = start &<< 8 | UInt32(next)
        }
        return found.union(longer[start] ?? [])
    }

    private static func start(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(startLength).reduce(0) { $0 &<< 8 | UInt32($1) }
    }
}
