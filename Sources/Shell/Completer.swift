import CommandLanguage
package import LineEditing
import Postgres

/// The names that completion offers, as they were when the last command ended: Tab never waits for a server.
package final class NameSnapshot: Sendable {
    package struct Names: Sendable {
        package var nodes: [String] = []
        package var roles: [String] = []
        package var hypertables: [String] = []
        package var variables: [String] = []
        package var sandboxNodes: [String] = []

        package init() {}
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
package struct Completer {
    let names: NameSnapshot.Names

    package init(names: NameSnapshot.Names) {
        self.names = names
    }

    /// - Parameter cursor: the byte offset up to which the line is looked at.
    package func complete(_ buffer: String, cursor: Int) -> Completion {
        let line = String(decoding: Array(buffer.utf8.prefix(cursor)), as: UTF8.self)
        // The last command of the line: completion looks at no more than that.
        let start = line.utf8.lastIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\n") }
        let command = start.map { String(line[line.index(after: $0)...]) } ?? line
        var words = command.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        var current = command.hasSuffix(" ") || words.isEmpty ? "" : words.removeLast()
        // `--option=value` is written as one word, and its value completed as if it were two.
        if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
            words.append(String(current[..<equals]))
            current = String(current[current.index(after: equals)...])
        }
        let candidates = candidates(after: words, beginning: current)
        let matching = candidates.filter { $0.hasPrefix(current) }
        return Completion(
            replacing: (cursor - current.utf8.count)..<cursor,
            candidates: matching.map { text in
                let isOption = current.hasPrefix("-") && text.hasPrefix("--")
                return Completion.Candidate(insert: (isOption ? text : Arguments.quoted(text)) + " ", label: text)
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
        let operands = operandCount(rest, of: command)
        if let operand = operands < command.operands.count ? command.operands[operands] : command.operands.last,
            operands < command.operands.count || operand.expands
        {
            // `all|NAMES` stands for the word itself or for names.
            let words = operand.name.split(separator: "|").map(String.init).filter { $0 == $0.lowercased() }
            results += (words + values(operand.kind)).filter { !rest.contains($0) }
        }
        return results.sorted()
    }

    /// How many of the words are operands, and not options or the values of options.
    private func operandCount(_ words: ArraySlice<String>, of command: CommandSyntax) -> Int {
        var count = 0
        var isValue = false
        for word in words {
            let isOption = word.hasPrefix("--")
            if !isOption, !isValue { count += 1 }
            isValue = isOption && Catalogue.table.option(named: word, of: command)?.value != nil
        }
        return count
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
