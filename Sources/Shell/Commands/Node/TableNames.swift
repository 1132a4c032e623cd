import MultiNode

extension [TableName] {
    /// For a message.
    var names: String { map(\.description).listed }

    /// Those that satisfy a condition, and the others.
    func split(_ condition: (TableName) -> Bool) -> (satisfying: [TableName], others: [TableName]) {
        (filter(condition), filter { !condition($0) })
    }
}
