package import CommandLanguage

extension Arguments {
    /// The same command for only some of its names: it finishes a run that failed half-way.
    package func command(forRemaining names: [String]) -> String {
        let syntax = invocation.syntax
        guard let operand = syntax.operands.first(where: \.expands) else { return syntax.name }
        let all = values(of: operand).map(\.text)
        var words = syntax.words + names.map(Self.quoted)
        for option in invocation.options {
            words.append(option.syntax.name)
            let values = values(of: option.syntax).map(\.text)
            if option.syntax.isPaired, values.count > 1, values.count == all.count {
                let chosen = zip(all, values).filter { names.contains($0.0) }.map { Self.quoted($0.1) }
                words.append(chosen.count == 1 ? chosen[0] : "{\(chosen.joined(separator: ","))}")
            } else {
                words += values.map(Self.quoted)
            }
        }
        return words.joined(separator: " ")
    }

    /// The text as one word of a command, quoted if it needs quotes to stand for exactly this text.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy {
            let isLetter = ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
            let isDigit = $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
            return isLetter || isDigit || "._-/:@%+".utf8.contains($0) || $0 >= 0x80
        }
        if plain, !text.isEmpty, !text.utf8.starts(with: "--".utf8) { return text }
        // A text in single quotes can't contain a line break.
        return text.utf8.contains(UInt8(ascii: "\n")) ? text.doubleQuoted : text.singleQuoted
    }
}
