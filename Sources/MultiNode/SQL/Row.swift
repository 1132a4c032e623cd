/// A row as the server sent it, by column, in the text format of its types.
struct Row {
    private let values: [String: String?]

    init(_ values: [String: String?]) {
        self.values = values
    }

    /// Nil for NULL and for a column that is not there.
    subscript(_ column: String) -> String? { values[column] ?? nil }

    func integer(_ column: String) -> Int { optionalInteger(column) ?? 0 }

    func optionalInteger(_ column: String) -> Int? { self[column].flatMap { Int($0) } }

    func flag(_ column: String) -> Bool { self[column] == "t" }

    func array(_ column: String) -> [String] { self[column].flatMap(ArrayText.elements)?.compactMap(\.self) ?? [] }
}
