import MultiNode
import CommandLanguage

/// A word as it is put into a line that is being typed.
enum WrittenWord {
    /// Whether the text must be quoted to stand for itself.
    static func needsQuotes(_ text: String) -> Bool { Quoting.word(text) != text }

    /// The same of a list of names with commas between them.
    static func needsQuotes(list: String) -> Bool {
        list.split(separator: ",", omittingEmptySubsequences: false).contains { needsQuotes(String($0)) }
    }

    /// - Parameter isWhole: false where more of the word is to be typed, and its quote stays open.
    static func write(_ text: String, _ quote: PartialWord.Quote, isWhole: Bool) -> String {
        switch quote {
        case .none: return text
        case .single:
            // '…' can't go over lines.
            if text.utf8.contains(UInt8(ascii: "\n")) { return write(text, .double, isWhole: isWhole) }
            return String(text.singleQuoted.unicodeScalars.dropLast(isWhole ? 0 : 1))
        case .double:
            return String(text.doubleQuoted.unicodeScalars.dropLast(isWhole ? 0 : 1))
        }
    }
}
