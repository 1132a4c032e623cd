import CommandLanguage
import LineEditing
import Postgres

/// The names that completion offers, as they were when the last command ended: Tab never waits for a server.
final class NameSnapshot: Sendable {
    struct Names: Sendable {
        var nodes: [String] = []
        var roles: [String] = []
        var hypertables: [String] = []
        var variables: [String] = []
        var sandboxNodes: [String] = []
    }

    private let names = Lock(Names())

    var current: Names { names.withLock { $0 } }

    /// Asks the access node again, for a short time at most.
    func refresh(from session: Session) async {
        let fresh = await session.completionNames()
        names.withLock { $0 = fresh }
    }
}

/// What may come next in a line of commands.
struct Completer {
    let names: NameSnapshot.Names

    /// - Parameter cursor: the byte offset up to which the line is looked at.
    func complete(_ buffer: String, cursor: Int) -> Completion {
        let line = String(decoding: Array(buffer.utf8.prefix(cursor)), as: UTF8.self)
        // The last command of the line: completion looks at no more than that.
        let start = line.utf8.lastIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\n") }
        let command = start.map { String(line[line.index(after: $0)...]) } ?? line
        var words = command.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        let current = command.hasSuffix(" ") || words.isEmpty ? "" : words.removeLast()
        let candidates = candidates(after: words, beginning: current)
        let matching = candidates.filter { $0.hasPrefix(current) }
        return Completion(
            replacing: (cursor - current.utf8.count)..<cursor,
            candidates: matching.map { text in
                Completion.Candidate(insert: text.hasSuffix("=") ? text : text + " ", label: text)
            })
    }

    private func candidates(after words: [String], beginning current: String) -> [String] {
        let table = Catalogue.table
        var name = ""
        var rest = words[...]
        while let word = rest.first, table.words(after: name).contains(word) {
            name = name.isEmpty ? word : name + " " + word
            rest = rest.dropFirst()
        }
        guard let command = table.command(named: name) else {
            return rest.isEmpty ? table.words(after: name).sorted() : []
        }
        if name == "help" { return table.words(after: rest.joined(separator: " ")).sorted() }
        var results = rest.isEmpty ? table.words(after: name) : []
        if let last = rest.last, let option = table.option(named: last, of: command), option.value != nil {
            return values(option.kind)
        }
        if current.hasPrefix("-") {
            let given = Set(rest.map { String($0.prefix { $0 != "=" }) })
            let options = (command.options + table.universalOptions).map(\.name)
            return options.filter { !given.contains($0) }
        }
        let operands = rest.filter { !$0.hasPrefix("--") }.count
        if let operand = operands < command.operands.count ? command.operands[operands] : command.operands.last,
            operands < command.operands.count || operand.expands
        {
            if operand.name.hasPrefix("all|"), operands == 0 { results.append("all") }
            results += values(operand.kind).filter { !rest.contains($0) }
        }
        return results.sorted()
    }

    private func values(_ kind: ValueKind) -> [String] {
        switch kind {
        case .node: names.nodes
        case .nodes: ["all"] + names.nodes
        case .role: names.roles
        case .hypertable: names.hypertables
        case .variable: names.variables
        case .sandboxNode: names.sandboxNodes
        case .choice(let choices): choices
        case .command: Catalogue.table.words(after: "")
        case .text, .newName, .integer, .duration, .file: []
        }
    }
}
