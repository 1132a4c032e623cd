import Glibc
import Platform
import Rendering

/// What the terminal can show, as far as the locale tells.
package enum Charset: Sendable, Equatable {
    case utf8
    /// Nothing but ASCII can be shown. What is typed or pasted is kept whole all the same.
    case ascii

    /// The one the environment asks for (environ(7): LC_ALL before LC_CTYPE before LANG).
    ///
    /// A locale without UTF-8 counts only where it was asked for with LC_ALL or LC_CTYPE: `LANG=C`, or no variable at
    /// all, is what a bare container has, whose terminal shows UTF-8 all the same.
    package static func chosen(by environment: (String) -> String?) -> Charset {
        let explicit = [environment("LC_ALL"), environment("LC_CTYPE")].compactMap(\.self).first { !$0.isEmpty }
        guard let explicit else { return .utf8 }
        let name = explicit.lowercased()
        return name.contains("utf-8") || name.contains("utf8") ? .utf8 : .ascii
    }

    /// The process's own.
    package static let ofProcess = chosen { Environment[$0] }

    /// Sets LC_CTYPE, once, to a locale in which libedit knows all of Unicode.
    ///
    /// That is a UTF-8 one even under `LC_ALL=C`, where libedit would take typed letters for commands: what can be
    /// shown is decided by this type alone.
    static let locale: Void = {
        let codeset = setlocale(LC_CTYPE, "").flatMap { _ in nl_langinfo(nl_item(CODESET)) }.map { String(cString: $0) }
        if codeset != "UTF-8" {
            setlocale(LC_CTYPE, "C.UTF-8")
        }
    }()

    /// The cells that show a character, as wide as in a table; none for one that only changes the character before it.
    func cells(for character: Character, style: String = "") -> [Cell] {
        let scalars = character.unicodeScalars
        if let first = scalars.first, first.value < 0x20 || first.value == 0x7f {
            // CR and LF are one character.
            return scalars.flatMap { control in
                ["^", Self.letter(of: control)].map { Cell($0, style: style) }
            }
        }
        if character.isASCII { return [Cell(String(character), style: style)] }
        let text = String(character)
        let shown = printable(text)
        if shown != text {
            return shown.map { Cell(String($0), width: max(1, displayWidth(of: String($0))), style: style) }
        }
        if self == .ascii {
            return scalars.map { Cell($0.isASCII ? String($0) : Self.likeness(of: $0), style: style) }
        }
        let width = displayWidth(of: text)
        guard width > Cell.widest else { return width == 0 ? [] : [Cell(text, width: width, style: style)] }
        // Letters side by side, and not one drawn sign: a row may end between them.
        return scalars.reduce(into: []) { cells, scalar in
            let width = displayWidth(of: String(scalar))
            if width == 0, !cells.isEmpty {
                cells[cells.count - 1].text.unicodeScalars.append(scalar)
            } else {
                cells.append(Cell(String(scalar), width: width, style: style))
            }
        }
    }

    /// What follows the caret in the usual way to write a control character.
    private static func letter(of control: Unicode.Scalar) -> String {
        String(Unicode.Scalar(UInt8(truncatingIfNeeded: control.value ^ 0x40)))
    }

    /// The ASCII character that stands in for another.
    private static func likeness(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "❯", "›", "»", "→", "▶", "➜": ">"
        case "‹", "«", "←": "<"
        case "‘", "’": "'"
        case "“", "”": "\""
        case "–", "—", "─": "-"
        case "│": "|"
        case "•", "●", "·": "*"
        case "…": "."
        case "\u{a0}": " "
        default: "?"
        }
    }
}
