package import CommandLanguage
import MultiNode

extension Arguments {
    /// The same command for only some of its names: it finishes a run that failed half-way.
    package func command(forRemaining names: [String]) -> String {
        let syntax = invocation.syntax
        guard let operand = syntax.operands.first(where: \.expands) else { return syntax.name }
        return command(with: names, insteadOf: values(of: operand).map(\.text))
    }

    /// The same command.
    package var repeated: String { repeated(without: nil) }

    /// - Parameter left: the name of an option that is left out.
    func repeated(without left: String?) -> String {
        let all = invocation.syntax.operands.flatMap { values(of: $0).map(\.text) }
        return command(with: all, insteadOf: all, without: left)
    }

    private func command(with names: [String], insteadOf all: [String], without left: String? = nil) -> String {
        let syntax = invocation.syntax
        var words = syntax.words + names.map(Quoting.word)
        for option in invocation.options where option.syntax.name != left {
            words.append(option.syntax.name)
            let values = values(of: option.syntax).map(\.text)
            if option.syntax.isPaired, values.count > 1, values.count == all.count {
                let chosen = zip(all, values).filter { names.contains($0.0) }.map { Quoting.word($0.1) }
                words.append(chosen.count == 1 ? chosen[0] : "{\(chosen.joined(separator: ","))}")
            } else {
                words += values.map(Quoting.word)
            }
        }
        return words.joined(separator: " ")
    }
}
