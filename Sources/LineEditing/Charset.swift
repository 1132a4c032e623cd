import CEditLine
import Glibc
import Platform

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

    /// Sets LC_CTYPE, once, to a locale in which libedit and wcwidth(3) know all of Unicode.
    ///
    /// That is a UTF-8 one even under `LC_ALL=C`, where libedit would take typed letters for commands: what can be
    /// shown is decided by this type alone.
    static let locale: Void = {
        let codeset = setlocale(LC_CTYPE, "").flatMap { _ in nl_langinfo(nl_item(CODESET)) }.map { String(cString: $0) }
        if codeset != "UTF-8" {
            setlocale(LC_CTYPE, "C.UTF-8")
        }
    }()

    /// The cells that show a character, none for one that only changes the character before it.
    func cells(for scalar: Unicode.Scalar, style: String = "") -> [Cell] {
        switch scalar.value {
        case 0x20..<0x7f:
            return [Cell(String(scalar), style: style)]
        case 0..<0x20:
            return [Cell("^", style: style), Cell(String(Unicode.Scalar(UInt8(scalar.value) + 0x40)), style: style)]
        case 0x7f:
            return [Cell("^", style: style), Cell("?", style: style)]
        default:
            guard self == .utf8 else { return [Cell(Self.likeness(of: scalar), style: style)] }
            Self.locale
            // wchar_t and wint_t are both 32 bits of the code point in glibc.
            let width = ceditline_width(wchar_t(bitPattern: scalar.value))
            if width < 0 { return [Cell("?", style: style)] }
            return width == 0 ? [] : [Cell(String(scalar), width: Int(width), style: style)]
        }
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
