import Rendering

/// The colour of the word by which a message says how bad it is.
enum SeverityColor {
    private static let words: [(word: String, style: CellStyle)] = [("error:", .bad), ("warning:", .warn)]

    /// - Parameter line: of a message: `error: …`, or `file:1:2: error: …`.
    static func coloring(_ line: String) -> String {
        for (word, style) in words {
            guard let place = line.firstRange(of: word) else { continue }
            let before = line[..<place.lowerBound]
            guard before.isEmpty || isPlace(before) else { continue }
            return before + style.colored(word) + line[place.upperBound...]
        }
        return line
    }

    /// Whether it is a file with line and column, as before an error in a script.
    private static func isPlace(_ text: Substring) -> Bool {
        text.hasSuffix(": ") && text.dropLast(2).split(separator: ":").suffix(2).allSatisfy { Int($0) != nil }
            && text.count { $0 == ":" } >= 3
    }
}
