import ClusterAccess
import CommandLanguage
import MultiNode

/// The nodes that the arguments of a command select.
extension CommandContext {
    /// The nodes that operands select.
    func nodes(_ operands: [Argument], of command: Arguments) async throws -> [DataNode] {
        try NodeSelection(command, among: try await cluster.nodes()).nodes(operands)
    }

    /// The nodes of a list, as `--on` takes it; all nodes if it is empty.
    func nodes(in list: [Argument], of command: Arguments) async throws -> [DataNode] {
        try NodeSelection(command, among: try await cluster.knownNodes()).list(list)
    }
}

/// Chooses among the nodes of a cluster by names and patterns.
struct NodeSelection {
    private let command: Arguments
    private let all: [DataNode]

    init(_ command: Arguments, among nodes: [DataNode]) {
        self.command = command
        all = nodes
    }

    /// The operands that are names which no node has; patterns are none of them.
    func missing(_ arguments: [Argument]) -> [Argument] {
        arguments.filter { argument in
            GlobPattern.plainText(argument.pattern).map { name in !all.contains { $0.name == name } } ?? false
        }
    }

    /// What is told of them where that is as it is wanted.
    static func told(missing: [Argument]) -> [String] {
        missing.map { "there is no node \($0.text), or not any more" }
    }

    /// The selected nodes in the order of the cluster, each once.
    ///
    /// - Parameter areLists: whether each argument is a list with commas, in which `all` means all nodes.
    /// - Throws: an error for an unknown name, with the nearest known one, or for a pattern that selects nothing.
    func nodes(_ arguments: [Argument], areLists: Bool = false) throws(Diagnostic) -> [DataNode] {
        var selected: Set<String> = []
        for argument in arguments {
            if areLists, argument.text == "all" {
                selected.formUnion(all.map(\.name))
                continue
            }
            let patterns = areLists ? GlobPattern.list(argument.pattern) : [argument.pattern]
            if patterns.contains("") { throw command.problem("a name in the list is empty", at: argument) }
            for pattern in patterns {
                selected.formUnion(try names(matching: pattern, argument, offersAll: areLists))
            }
        }
        return all.filter { selected.contains($0.name) }
    }

    /// The nodes of lists, as `--on` takes them; all nodes if there are none.
    func list(_ lists: [Argument]) throws(Diagnostic) -> [DataNode] {
        lists.isEmpty ? all : try nodes(lists, areLists: true)
    }

    /// The one node that an operand selects.
    func node(_ argument: Argument) throws(Diagnostic) -> DataNode {
        let nodes = try nodes([argument])
        guard nodes.count == 1 else {
            throw command.problem("\(command.invocation.syntax.name) takes one node; this selects \(nodes.count)")
        }
        return nodes[0]
    }

    private func names(matching pattern: String, _ argument: Argument, offersAll: Bool) throws(Diagnostic) -> [String] {
        if let name = GlobPattern.plainText(pattern) {
            guard all.contains(where: { $0.name == name }) else { throw unknown(name, argument, offersAll: offersAll) }
            return [name]
        }
        let glob = GlobPattern(pattern)
        let matches = all.map(\.name).filter { glob.matches($0) }
        if matches.isEmpty { throw command.problem("no node matches \(pattern)", at: argument) }
        return matches
    }

    private func unknown(_ name: String, _ argument: Argument, offersAll: Bool) -> Diagnostic {
        let candidates = (offersAll ? ["all"] : []) + all.map(\.name)
        let nearest = Suggestion.nearest(to: name, among: candidates).map { "did you mean \($0)?" }
        let known = all.isEmpty ? "there are no nodes yet; 'node add' adds them" : "'node list' shows the nodes"
        let names = name.split(separator: ",")
        let apart = offersAll || names.count < 2 ? nil : "names stand apart here: \(names.joined(separator: " "))"
        return command.problem("there is no node \(name)", at: argument, help: apart ?? nearest ?? known)
    }
}
