/// What could stand in place of the word at the cursor.
package struct Completion: Sendable, Equatable {
    package struct Candidate: Sendable, Equatable {
        /// The text put into the line: quoted where that is needed, with a space after it where the word is complete.
        package let insert: String
        /// The text shown in the list of candidates.
        package let label: String
        /// What it is, in a few words; empty where there is nothing to say.
        package let summary: String

        package init(insert: String, label: String, summary: String = "") {
            self.insert = insert
            self.label = label
            self.summary = summary
        }
    }

    /// What is replaced, as UTF-8 offsets in the buffer.
    package let replacing: Range<Int>
    /// In the order in which they are listed.
    package let candidates: [Candidate]

    package init(replacing: Range<Int>, candidates: [Candidate]) {
        self.replacing = replacing
        self.candidates = candidates
    }

    /// Nothing to offer at this place.
    package static func nothing(at cursor: Int) -> Completion {
        Completion(replacing: cursor..<cursor, candidates: [])
    }
}

extension Completion {
    /// What all candidates begin with.
    var commonPrefix: String {
        guard var prefix = candidates.first?.insert[...] else { return "" }
        for candidate in candidates.dropFirst() {
            let shared = zip(prefix, candidate.insert).prefix { $0 == $1 }.count
            prefix = prefix.prefix(shared)
        }
        return String(prefix)
    }
}
