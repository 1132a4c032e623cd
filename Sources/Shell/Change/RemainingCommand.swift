package import CommandLanguage
import MultiNode

extension Arguments {
    /// The same command for only some of its names: it finishes a run that failed half-way.
    package func command(forRemaining names: [String]) -> String {
        let syntax = invocation.syntax
        guard let operand = syntax.operands.first(where: \.expands) else { return syntax.name }
        let all = values(of: operand).map(\.text)
        var words = syntax.words + names.map(Quoting.word)
        for option in invocation.options {
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
