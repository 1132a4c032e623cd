/// The parts of distributed transactions that were prepared at the first look, and have been at each since.
///
/// Whoever has written to a table keeps its lock on the access node until the parts are ended: what is prepared once that
/// lock was granted to another, and was not at the first look behind it, is of other tables. There is always one such part,
/// each time another, where these are written to.
struct StayingParts {
    private var parts: [String: Set<String>]?

    /// The nodes that have any, sorted by name.
    var nodes: [String] { parts?.keys.sorted() ?? [] }

    /// - Parameter now: the names of what is prepared, by node.
    mutating func keep(_ now: [String: Set<String>]) {
        let before = parts ?? now
        parts = now.reduce(into: [:]) { kept, part in
            let staying = part.value.intersection(before[part.key] ?? [])
            if !staying.isEmpty { kept[part.key] = staying }
        }
    }
}
