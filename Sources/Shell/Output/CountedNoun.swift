extension Int {
    /// A number of things in words: `1 row`, `2 rows`.
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
