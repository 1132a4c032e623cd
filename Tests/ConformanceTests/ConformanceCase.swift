import Testing

/// A case of `cases.txt`: steps on a fresh cluster, with what TimescaleDB answered to each.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    enum Action: Sendable, Equatable {
        /// The value of the answer is kept under the name of the variable.
        case sql(String, session: SessionName, variable: String?)
        case stop(String)
        case start(String)
        case reconnect
    }

    /// Who a session belongs to. Each has one through a case, or until `reconnect`.
    struct SessionName: Hashable, Sendable {
        var node: String
        var role = "postgres"
        var database = "dist"
    }

    struct Step: Sendable {
        let action: Action
        let recorded: RecordedStep
    }

    let name: String
    let steps: [Step]

    var testDescription: String { name }

    /// The cases, each step with its recording.
    static func load() throws -> [ConformanceCase] {
        let recorded = try Recording.load()
        var cases: [ConformanceCase] = []
        var lines: [Substring] = []
        func finish() throws {
            guard let title = lines.first else { return }
            let name = String(title.dropFirst(3))
            let actions = try lines.dropFirst().map(action)
            guard let steps = recorded.steps(of: name), steps.count == actions.count else {
                throw Malformed(line: "the recording of \(name) has other steps")
            }
            cases.append(ConformanceCase(name: name, steps: zip(actions, steps).map(Step.init)))
        }
        for line in try Recording.text("cases", "txt").split(separator: "\n") where !line.hasPrefix("#") {
            if line.hasPrefix("== ") {
                try finish()
                lines = []
            }
            lines.append(line)
        }
        try finish()
        return cases
    }

    struct Malformed: Error {
        let line: String
    }

    private static func action(_ line: Substring) throws -> Action {
        let words = line.split(separator: " ")
        switch (words[0], words.count) {
        case ("reconnect", 1): return .reconnect
        case ("stop", 2): return .stop(String(words[1]))
        case ("start", 2): return .start(String(words[1]))
        default: break
        }
        let syntax = /(?:let (\w+) = )?(an|dn\d)(?:\/(\w+))?(?:@(\w+))?: (.+)/
        guard let match = line.wholeMatch(of: syntax) else { throw Malformed(line: String(line)) }
        var session = SessionName(node: String(match.2))
        if let role = match.3 { session.role = String(role) }
        if let database = match.4 { session.database = String(database) }
        return .sql(String(match.5), session: session, variable: match.1.map(String.init))
    }
}
