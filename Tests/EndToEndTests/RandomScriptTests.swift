import Foundation
import Testing

/// Scripts made up at random print what a reader of them would say: each statement runs once, in its place.
@Suite struct RandomScriptTests {
    @Test(arguments: 1...60) func theyPrintWhatTheySay(seed: UInt64) async throws {
        let cluster = try await Cluster.shared.value
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("included-\(UUID().uuidString).tscl")
        try RandomScript.included.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = RandomScript(seed: seed, including: file.path)
        let result = try await cluster.program.run(["--format", "csv"], input: script.text)
        // Of each answer the row, without the name of its column.
        let lines = result.output.split(whereSeparator: \.isNewline).map(String.init)
        let printed = lines.indices.filter { !$0.isMultiple(of: 2) }.map { lines[$0] }
        #expect(printed == script.printed, "\(script.text)\n\(result.errors)")
        #expect(result.status == script.failure?.status ?? 0, "\(script.text)\n\(result.errors)")
    }
}

/// A script, and what it prints.
private struct RandomScript {
    private indirect enum Step {
        case echo(String)
        case set(String, String)
        case select(String)
        case selectInto(String, String)
        case selectBoth(String, String, String)
        case selectNone(String)
        case count(String)
        case divide
        case include(String)
        case selectVariable(String)
        case assert(String, not: String)
        case loop(String, [String], [Step])
        case rows(RowSource, [String], [[String?]], [Step])
        case branch(Condition, then: [Step], otherwise: [Step])
        case transaction([Step])
        /// Its `otherwise` begins with the error's SQLSTATE.
        case attempt([Step], otherwise: [Step], finally: [Step])
        case lock([Step])
    }

    /// Where the rows of a loop come from.
    private enum RowSource {
        case rows
        /// Each data node, whose name is in front.
        case query
    }

    /// How a script ends in its midst.
    struct Failure {
        let status: Int32
        let state: String

        static let assertion = Failure(status: 5, state: "")
        static let division = Failure(status: 1, state: "22012")
    }

    /// What scripts include.
    static let included = "echo ${1:?there is no value}\n"

    /// Comparisons of variables: one of the alternatives holds where all of its comparisons do.
    private struct Condition {
        struct Comparison {
            enum Kind: CaseIterable {
                case equal, less, notLess, query
            }

            let kind: Kind
            let name: String
            let value: String
            let isNegated: Bool

            var text: String {
                let comparison =
                    switch kind {
                    case .equal: "${\(name)} == \(value)"
                    case .less: "${\(number)} < \(value)"
                    case .notLess: "${\(number)} >= \(value)"
                    case .query: "rows $$ SELECT 1 WHERE :'\(name)' = '\(value)' $$"
                    }
                return isNegated ? "not \(comparison)" : comparison
            }

            func holds(_ values: [String: String]) -> Bool {
                let isLess = Int(values[number] ?? "") ?? 0 < Int(value) ?? 0
                let holds =
                    switch kind {
                    case .equal, .query: values[name] == value
                    case .less: isLess
                    case .notLess: !isLess
                    }
                return holds != isNegated
            }
        }

        var alternatives: [[Comparison]]

        init(_ dice: inout Dice) {
            alternatives = (0..<dice.next(in: 1...2)).map { _ in
                (0..<dice.next(in: 1...2)).map { _ in
                    Comparison(
                        kind: Comparison.Kind.allCases[dice.next(in: 0...3)], name: names[dice.next(in: 0...2)],
                        value: String(dice.next(in: 0...3)),
                        isNegated: dice.next(in: 0...2) == 0)
                }
            }
        }

        var text: String {
            alternatives.map { $0.map(\.text).joined(separator: " and ") }.joined(separator: " or ")
        }

        func holds(_ values: [String: String]) -> Bool {
            alternatives.contains { $0.allSatisfy { $0.holds(values) } }
        }
    }

    private static let names = ["a", "b", "c"]
    /// The data nodes of the cluster.
    private static let nodes = ["dn1", "dn2", "dn3"]
    /// The name of a variable that is always a number.
    private static let number = "n"

    private(set) var text = ""
    private(set) var printed: [String] = []
    /// What ends it in its midst.
    private(set) var failure: Failure?
    private var values: [String: String] = [:]
    private let seed: UInt64
    private let path: String

    init(seed: UInt64, including path: String) {
        self.seed = seed
        self.path = path
        var dice = Dice(state: seed)
        let first = Self.names.map { Step.set($0, "0") } + [.count("1")]
        let steps = first + Self.steps(&dice, depth: 3, isInTransaction: false, atLeast: 8)
        write(steps, indent: "")
        failure = run(steps)
    }

    // MARK: Making it up

    private static func steps(_ dice: inout Dice, depth: Int, isInTransaction: Bool, atLeast: Int = 1) -> [Step] {
        (0..<dice.next(in: atLeast...atLeast + 4)).map { _ in
            step(&dice, depth: depth, isInTransaction: isInTransaction)
        }
    }

    private static func step(_ dice: inout Dice, depth: Int, isInTransaction: Bool) -> Step {
        let name = names[dice.next(in: 0...2)]
        let value = String(dice.next(in: 0...3))
        func inner(_ isInTransaction: Bool) -> [Step] {
            steps(&dice, depth: depth - 1, isInTransaction: isInTransaction)
        }
        switch dice.next(in: depth > 0 ? 0...23 : 0...14) {
        case 0: return .echo(value)
        case 1: return .set(name, value)
        case 2: return .selectInto(name, value)
        case 3, 4: return .selectVariable(name)
        // Rarely one that does not hold.
        case 5: return .assert(name, not: dice.next(in: 0...9) == 0 ? value : "none")
        case 6, 7: return .select(value)
        case 8: return .count(value)
        case 9: return .include(value)
        case 10: return .selectNone(name)
        case 11: return .selectBoth("a", dice.next(in: 0...1) == 0 ? "b" : "c", value)
        // Rarely what fails.
        case 12: return dice.next(in: 0...9) == 0 ? .divide : .select(value)
        case 13, 14: return .select(value)
        case 15: return .loop(name, [value, "x", "y"], inner(isInTransaction))
        case 16: return .branch(Condition(&dice), then: inner(isInTransaction), otherwise: inner(isInTransaction))
        case 17:
            return .rows(
                .rows, [name, other(than: name, &dice)],
                [[value, "x"], ["z", dice.next(in: 0...3) == 0 ? nil : value]],
                inner(isInTransaction))
        case 18:
            // Seldom more: the body is run for each node.
            let rows: [[[String?]]] = [[], [[value, nil]], [[nil, "x"], [value, "y"]]]
            return .rows(
                .query, [name, other(than: name, &dice)], rows[dice.next(in: 0...2)], inner(isInTransaction))
        case 19, 20, 21:
            return isInTransaction
                ? .echo(value)
                : .attempt(
                    inner(false), otherwise: inner(false), finally: dice.next(in: 0...1) == 0 ? [] : inner(false))
        case 22: return isInTransaction ? .echo(value) : .lock(inner(false))
        default: return isInTransaction ? .select(value) : .transaction(inner(true))
        }
    }

    private static func other(than name: String, _ dice: inout Dice) -> String {
        let other = names[dice.next(in: 0...2)]
        return other == name ? "other" : other
    }

    // MARK: As it is written

    private mutating func write(_ steps: [Step], indent: String) {
        for step in steps {
            switch step {
            case .echo(let word): line("echo \(word)")
            case .set(let name, let value): line("set \(name) \(value)")
            case .select(let value): line("sql SELECT '\(value)' AS x")
            case .selectInto(let name, let value): line("sql --into \(name) SELECT '\(value)'")
            case .selectBoth(let first, let second, let value):
                line("sql --into \(first),\(second) SELECT '\(value)', 'x'")
            case .selectNone(let name): line("sql --or-null --into \(name) SELECT 'x' WHERE false")
            case .count(let value): line("set \(Self.number) \(value)")
            case .divide: line("sql SELECT 1/0")
            case .include(let value): line("include \(path) \(value)")
            case .selectVariable(let name): line("sql SELECT '=' || :'\(name)' AS x")
            case .assert(let name, let other): line("assert ${\(name)} != \(other)")
            case .loop(let name, let words, let body):
                block("foreach \(name) in \(words.joined(separator: " ")) {", body)
                line("}")
            case .rows(let source, let names, let rows, let body):
                let values = rows.map { row in
                    "(" + row.map { $0.map { "'\($0)'" } ?? "NULL" }.joined(separator: ", ") + ")"
                }
                let query = rows.isEmpty ? "SELECT 1, 2 WHERE false" : "VALUES \(values.joined(separator: ", "))"
                let variables = (source == .query ? ["node"] : []) + names
                line("foreach \(variables.joined(separator: ", ")) in \(source) $$ \(query) $$ {")
                if source == .query { line("    echo ${node}") }
                write(body, indent: indent + "    ")
                line("}")
            case .attempt(let body, let otherwise, let finally):
                block("try {", body)
                line("} else {")
                line("    echo [${sqlstate}]")
                write(otherwise, indent: indent + "    ")
                if !finally.isEmpty { block("} finally {", finally) }
                line("}")
            case .lock(let body):
                // In one another they would have to have different names.
                block("lock random\(seed)-\(indent.count) {", body)
                line("}")
            case .branch(let condition, let then, let otherwise):
                block("if \(condition.text) {", then)
                block("} else {", otherwise)
                line("}")
            case .transaction(let body):
                block("transaction {", body)
                line("}")
            }
        }
        func line(_ written: String) { text += indent + written + "\n" }
        func block(_ head: String, _ body: [Step]) {
            line(head)
            write(body, indent: indent + "    ")
        }
    }

    // MARK: What it does

    /// - Returns: what ended it in its midst.
    private mutating func run(_ steps: [Step]) -> Failure? {
        for step in steps {
            if let failure = run(step) { return failure }
        }
        return nil
    }

    private mutating func run(_ step: Step) -> Failure? {
        switch step {
        case .echo(let value), .select(let value), .include(let value): printed.append(value)
        case .set(let name, let value), .selectInto(let name, let value): values[name] = value
        case .selectBoth(let first, let second, let value): (values[first], values[second]) = (value, "x")
        case .selectNone(let name): values[name] = ""
        case .count(let value): values[Self.number] = value
        case .selectVariable(let name): printed.append("=\(values[name] ?? "")")
        case .assert(let name, let other): return values[name] == other ? .assertion : nil
        case .divide: return .division
        case .loop(let name, let words, let body):
            for word in words {
                values[name] = word
                if let failure = run(body) { return failure }
            }
        case .rows(let source, let names, let rows, let body):
            for node in source == .query ? Self.nodes : [""] {
                for row in rows {
                    for (name, value) in zip(names, row) { values[name] = value ?? "" }
                    if source == .query { printed.append(node) }
                    if let failure = run(body) { return failure }
                }
            }
        case .attempt(let body, let otherwise, let finally):
            var failure = run(body)
            if let caught = failure {
                printed.append("[\(caught.state)]")
                failure = run(otherwise)
            }
            let last = run(finally)
            return failure ?? last
        case .branch(let condition, let then, let otherwise):
            return run(condition.holds(values) ? then : otherwise)
        case .transaction(let body), .lock(let body): return run(body)
        }
        return nil
    }
}

/// The same throws for the same seed (SplitMix64).
private struct Dice {
    var state: UInt64

    mutating func next(in range: ClosedRange<Int>) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return range.lowerBound + Int(mixed % UInt64(range.count))
    }
}
