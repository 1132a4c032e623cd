import Testing

/// Scripts made up at random print what a reader of them would say: each statement runs once, in its place.
@Suite struct RandomScriptTests {
    @Test(arguments: 1...60) func theyPrintWhatTheySay(seed: UInt64) async throws {
        let cluster = try await Cluster.shared.value
        let script = RandomScript(seed: seed)
        let result = try await cluster.program.run(["--format", "csv"], input: script.text)
        // Of each answer the row, without the name of its column.
        let lines = result.output.split(whereSeparator: \.isNewline).map(String.init)
        let printed = lines.indices.filter { !$0.isMultiple(of: 2) }.map { lines[$0] }
        #expect(printed == script.printed, "\(script.text)\n\(result.errors)")
        #expect(result.status == (script.fails ? 5 : 0), "\(script.text)\n\(result.errors)")
    }
}

/// A script, and what it prints.
private struct RandomScript {
    private indirect enum Step {
        case echo(String)
        case set(String, String)
        case select(String)
        case selectInto(String, String)
        case selectVariable(String)
        case assert(String, not: String)
        case loop(String, [String], [Step])
        case rows(String, String, [[String]], [Step])
        case branch(Condition, then: [Step], otherwise: [Step])
        case transaction([Step])
        case attempt([Step], otherwise: [Step], finally: [Step])
        case lock([Step])
    }

    /// Comparisons of variables: one of the alternatives holds where all of its comparisons do.
    private struct Condition {
        struct Comparison {
            let name: String
            let value: String
            let isNegated: Bool
        }

        var alternatives: [[Comparison]]

        init(_ dice: inout Dice) {
            alternatives = (0..<dice.next(in: 1...2)).map { _ in
                (0..<dice.next(in: 1...2)).map { _ in
                    Comparison(
                        name: names[dice.next(in: 0...2)], value: String(dice.next(in: 0...3)),
                        isNegated: dice.next(in: 0...2) == 0)
                }
            }
        }

        var text: String {
            alternatives.map { comparisons in
                comparisons.map { "\($0.isNegated ? "not " : "")${\($0.name)} == \($0.value)" }.joined(
                    separator: " and ")
            }.joined(separator: " or ")
        }

        func holds(_ values: [String: String]) -> Bool {
            alternatives.contains { $0.allSatisfy { (values[$0.name] == $0.value) != $0.isNegated } }
        }
    }

    private static let names = ["a", "b", "c"]

    private(set) var text = ""
    private(set) var printed: [String] = []
    /// Whether an assertion in it does not hold, and so ends it.
    private(set) var fails = false
    private var values: [String: String] = [:]
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        var dice = Dice(state: seed)
        let first = Self.names.map { Step.set($0, "0") }
        let steps = first + Self.steps(&dice, depth: 3, isInTransaction: false, atLeast: 8)
        write(steps, indent: "")
        fails = !run(steps)
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
        switch dice.next(in: depth > 0 ? 0...17 : 0...9) {
        case 0: return .echo(value)
        case 1: return .set(name, value)
        case 2: return .selectInto(name, value)
        case 3, 4: return .selectVariable(name)
        // Rarely one that does not hold.
        case 5: return .assert(name, not: dice.next(in: 0...9) == 0 ? value : "none")
        case 6...9: return .select(value)
        case 10: return .loop(name, [value, "x", "y"], inner(isInTransaction))
        case 11: return .branch(Condition(&dice), then: inner(isInTransaction), otherwise: inner(isInTransaction))
        case 14:
            let other = names[dice.next(in: 0...2)]
            return .rows(name, other, [[value, "x"], ["z", value]], inner(isInTransaction))
        case 15, 16:
            return isInTransaction
                ? .echo(value)
                : .attempt(
                    inner(false), otherwise: inner(false), finally: dice.next(in: 0...1) == 0 ? [] : inner(false))
        case 17: return isInTransaction ? .echo(value) : .lock(inner(false))
        default: return isInTransaction ? .select(value) : .transaction(inner(true))
        }
    }

    // MARK: As it is written

    private mutating func write(_ steps: [Step], indent: String) {
        for step in steps {
            switch step {
            case .echo(let word): line("echo \(word)")
            case .set(let name, let value): line("set \(name) \(value)")
            case .select(let value): line("sql SELECT '\(value)' AS x")
            case .selectInto(let name, let value): line("sql --into \(name) SELECT '\(value)'")
            case .selectVariable(let name): line("sql SELECT :'\(name)' AS x")
            case .assert(let name, let other): line("assert ${\(name)} != \(other)")
            case .loop(let name, let words, let body):
                block("foreach \(name) in \(words.joined(separator: " ")) {", body)
                line("}")
            case .rows(let first, let second, let rows, let body):
                let values = rows.map { "('\($0[0])', '\($0[1])')" }.joined(separator: ", ")
                let names = first == second ? "\(first), other" : "\(first), \(second)"
                block("foreach \(names) in rows $$ VALUES \(values) $$ {", body)
                line("}")
            case .attempt(let body, let otherwise, let finally):
                block("try {", body)
                block("} else {", otherwise)
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

    /// - Returns: false where it ended in the midst.
    private mutating func run(_ steps: [Step]) -> Bool {
        for step in steps {
            switch step {
            case .echo(let value), .select(let value): printed.append(value)
            case .set(let name, let value), .selectInto(let name, let value): values[name] = value
            case .selectVariable(let name): printed.append(values[name] ?? "")
            case .assert(let name, let other): if values[name] == other { return false }
            case .loop(let name, let words, let body):
                for word in words {
                    values[name] = word
                    guard run(body) else { return false }
                }
            case .rows(let first, let second, let rows, let body):
                for row in rows {
                    values[first] = row[0]
                    if first != second { values[second] = row[1] }
                    guard run(body) else { return false }
                }
            case .attempt(let body, let otherwise, let finally):
                let isDone = run(body) || run(otherwise)
                guard run(finally), isDone else { return false }
            case .branch(let condition, let then, let otherwise):
                guard run(condition.holds(values) ? then : otherwise) else { return false }
            case .transaction(let body), .lock(let body):
                guard run(body) else { return false }
            }
        }
        return true
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
