import CommandLanguage

/// Finds what of the program's own arguments must not stay in the list of processes, which everybody may read.
package enum SecretArguments {
    /// The bytes that are to be overwritten, by the index of the argument.
    ///
    /// - Parameter arguments: those behind the program's name.
    package static func places(in arguments: [String]) -> [Int: Range<Int>] {
        let first = arguments.first == ArgumentCompleter.request ? 2 : 0
        let given = Array(arguments.dropFirst(first))
        let outer = first + ArgumentCompleter.outerArguments(of: given + [""]).count
        var places: [Int: Range<Int>] = [:]
        for (index, argument) in arguments.enumerated() {
            let end = argument.utf8.count
            if index < outer, let start = variableValue(argument, behind: index > 0 ? arguments[index - 1] : "") {
                places[index] = start..<end
            } else if isSecret(argument) {
                places[index] = 0..<end
            }
        }
        // A password may be in no word alone: set --secret x hunter2.
        let command = arguments.dropFirst(outer)
        guard !command.indices.contains(where: { places[$0] != nil }),
            Secrets.areIn(line: command.joined(separator: " "))
        else { return places }
        for index in command.indices { places[index] = 0..<arguments[index].utf8.count }
        return places
    }

    private static func isSecret(_ argument: String) -> Bool {
        if Secrets.areIn(conninfo: argument) { return true }
        guard argument.hasPrefix("-") else { return Secrets.areIn(line: argument) }
        // An option with its value: -cSQL, --command=SQL. Its name alone may be --password.
        let value = argument.hasPrefix("--") ? argument.drop { $0 != "=" }.dropFirst() : argument.dropFirst(2)
        return Secrets.areIn(line: String(value))
    }

    /// Where the value begins in `-v NAME=VALUE`: any variable may be a password to a script.
    private static func variableValue(_ argument: String, behind previous: String) -> Int? {
        func isOption(_ text: Substring) -> Bool {
            text == "--variable" || text.hasPrefix("-") && !text.hasPrefix("--") && text.hasSuffix("v")
        }
        let parts = argument.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
        if isOption(previous[...]) {
            return parts.count > 1 ? parts[0].utf8.count + 1 : nil
        }
        if parts.count == 3, parts[0] == "--variable" { return parts[0].utf8.count + parts[1].utf8.count + 2 }
        guard argument.hasPrefix("-"), !argument.hasPrefix("--"), parts.count > 1 else { return nil }
        return parts[0].contains("v") ? parts[0].utf8.count + 1 : nil
    }
}
