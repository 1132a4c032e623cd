import ClusterAccess
import CommandLanguage
import MultiNode

extension RoleSurvey {
    /// The access node's roles that a command names; if it names none, those that data nodes need.
    ///
    /// - Throws: an error for a name that no role of the access node has.
    func select(_ names: [Argument], of command: Arguments) throws(Diagnostic) -> [DatabaseRole] {
        if names.isEmpty { return sharedRoles }
        return try names.map { name throws(Diagnostic) in
            guard let role = own.first(where: { $0.name == name.text }) else { throw unknown(name, command) }
            return role
        }
    }

    func unknown(_ name: Argument, _ command: Arguments) -> Diagnostic {
        let holders = answers.filter { $0.value?.roles[name.text] != nil }.map(\.item.name)
        if !holders.isEmpty {
            return command.problem(
                "role \(name.text) is on \(holders.listed) and not on the access node", at: name,
                help:
                    "'role create \(Quoting.word(name.text))' makes one there; 'role drop \(Quoting.word(name.text)) --on "
                    + "\(holders.map(Quoting.word).joined(separator: ","))' drops it")
        }
        return command.unknownRole(name, among: own.map(\.name))
    }
}

extension Arguments {
    /// - Parameter known: the roles of the access node.
    func unknownRole(_ name: Argument, among known: [String]) -> Diagnostic {
        let nearest = Suggestion.nearest(to: name.text, among: known).map { "did you mean \(Quoting.word($0))?" }
        return problem(
            "there is no role \(name.text)", at: name, help: nearest ?? "'role list' shows the roles")
    }
}
