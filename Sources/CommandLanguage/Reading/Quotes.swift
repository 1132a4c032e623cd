/// How a text is written so that it stands for itself.
extension String {
    /// The text in `'…'`, which no line end can be in.
    package var singleQuoted: String {
        // By scalars: a quote with a combining mark behind it is a quote to who reads it, and a character of its own to Swift.
        var result = "'"
        for scalar in unicodeScalars {
            result.unicodeScalars.append(contentsOf: scalar == "'" ? [scalar, scalar] : [scalar])
        }
        return result + "'"
    }

    /// The text in `"…"`, whatever is in it.
    package var doubleQuoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\", "$": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
