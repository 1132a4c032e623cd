extension Collection<String> {
    /// Names in a line for people: 20 of them at most, and how many there are. Not for commands, which have to name all.
    package var listed: String {
        let most = 20
        let shown = prefix(most).joined(separator: ", ")
        return count > most ? "\(shown) and \(count - most) more, \(count) in all" : shown
    }
}
