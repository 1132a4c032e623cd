extension Remedy {
    /// The parts of an error that a case examines.
    struct Report {
        let sqlstate: String
        /// Message, detail and hint.
        let texts: [String]
        let source: String
        /// Whether a data node has raised it.
        let isOfNode: Bool
        /// Whether tscl has sent the statement there itself.
        let isDirect: Bool
        let node: String?

        /// The node's name in a command: `NODE` if it is unknown.
        var nodeWord: String { node.map(Quoting.word) ?? "NODE" }
    }

    /// A known error and the advice for it. The first case that applies is used.
    struct Case {
        private let sqlstates: [String]
        /// Part of the message, the detail or the hint.
        private let text: String
        /// Files of PostgreSQL's source: which one raised an error of a statement is known in every language.
        private let sources: [String]
        /// What else must be so.
        private let condition: @Sendable (Report) -> Bool
        let advice: @Sendable (Report) -> String

        init(
            _ sqlstates: [String], _ text: String = "", from sources: [String] = [],
            where condition: @escaping @Sendable (Report) -> Bool = { _ in true },
            _ advice: @escaping @Sendable (Report) -> String
        ) {
            self.sqlstates = sqlstates
            self.text = text
            self.sources = sources
            self.condition = condition
            self.advice = advice
        }

        init(_ sqlstates: [String], _ text: String = "", from sources: [String] = [], _ advice: String) {
            self.init(sqlstates, text, from: sources) { _ in advice }
        }

        func applies(to report: Report) -> Bool {
            guard sqlstates.isEmpty || sqlstates.contains(report.sqlstate), condition(report) else { return false }
            if text.isEmpty && sources.isEmpty || sources.contains(report.source) { return true }
            return !text.isEmpty && report.texts.contains { $0.contains(text) }
        }
    }
}
