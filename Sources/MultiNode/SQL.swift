/// A statement whose values are kept apart from its text, written by string interpolation:
/// `SQL("SELECT ping(\(name))")` sends `SELECT ping($1)` and the value.
package struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// What is sent.
    package private(set) var text: String
    /// The values of `$1`…; nil is NULL.
    package private(set) var values: [String?] = []
    /// The statement as a person can copy it: values as literals, secrets hidden.
    package private(set) var shown: String
    /// The statement with its values as literals, secrets too: to be nested in another one, never to be shown.
    package private(set) var inlined: String

    package init(stringLiteral text: String) {
        self.init(text: text, shown: text)
    }

    /// A statement that a user wrote.
    ///
    /// - Parameter shown: the same with secrets hidden.
    package init(text: String, shown: String) {
        self.text = text
        self.shown = shown
        inlined = text
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.sql.text
        values = stringInterpolation.sql.values
        shown = stringInterpolation.sql.shown
        inlined = stringInterpolation.sql.inlined
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL(text: "", shown: "")

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ text: String) { append(text, text) }

        /// A value, sent as a parameter. Its type is what the place demands.
        package mutating func appendInterpolation(_ value: String?) {
            bind(value, literal: value.map(Quoting.literal) ?? "NULL")
        }

        package mutating func appendInterpolation(_ value: Int?) {
            bind(value.map(String.init), literal: value.map(String.init) ?? "NULL")
        }

        package mutating func appendInterpolation(_ value: Bool) {
            bind(value ? "true" : "false", literal: value ? "true" : "false")
        }

        /// An array of texts, sent as a parameter.
        package mutating func appendInterpolation(_ values: [String]?) {
            let text = values.map(Quoting.array)
            bind(text, literal: text.map(Quoting.literal) ?? "NULL")
        }

        package mutating func appendInterpolation(identifier name: String) {
            let quoted = Quoting.identifier(name)
            append(quoted, quoted)
        }

        package mutating func appendInterpolation(identifiers names: [String]) {
            let quoted = names.map(Quoting.identifier).joined(separator: ", ")
            append(quoted, quoted)
        }

        package mutating func appendInterpolation(_ table: TableName) {
            append(table.quoted, table.quoted)
        }

        /// A word of SQL that is chosen, never one that a user wrote.
        mutating func appendInterpolation(keyword: String) { append(keyword, keyword) }

        /// A value inside the text, where SQL takes no parameter.
        package mutating func appendInterpolation(literal value: String) {
            let quoted = Quoting.literal(value)
            append(quoted, quoted)
        }

        /// A literal inside the text that is shown to nobody.
        package mutating func appendInterpolation(secret value: String) {
            append(Quoting.literal(value), "'********'")
        }

        /// Another statement as a value: the text of what runs elsewhere.
        package mutating func appendInterpolation(nested statement: SQL) {
            sql.values.append(statement.inlined)
            sql.text += "$\(sql.values.count)"
            sql.shown += Quoting.literal(statement.shown)
            sql.inlined += Quoting.literal(statement.inlined)
        }

        /// A part of a statement; its parameters are numbered on.
        package mutating func appendInterpolation(raw part: SQL) {
            sql.append(part)
        }

        /// Parts with commas between them.
        package mutating func appendInterpolation(list parts: [SQL]) {
            for (index, part) in parts.enumerated() {
                if index > 0 { append(", ", ", ") }
                sql.append(part)
            }
        }

        private mutating func append(_ text: String, _ shown: String) {
            sql.text += text
            sql.inlined += text
            sql.shown += shown
        }

        private mutating func bind(_ value: String?, literal: String) {
            sql.values.append(value)
            sql.text += "$\(sql.values.count)"
            sql.shown += literal
            sql.inlined += literal
        }
    }
}

extension SQL {
    /// Puts a part behind, whose parameters are numbered on.
    fileprivate mutating func append(_ part: SQL) {
        if part.values.isEmpty {
            text += part.text
        } else {
            text += part.renumbered(by: values.count)
            values += part.values
        }
        shown += part.shown
        inlined += part.inlined
    }

    /// The text with each `$n` moved up. Only text that interpolation made is ever moved, and in it a `$` before a digit
    /// outside quotes is a parameter.
    private func renumbered(by offset: Int) -> String {
        var result = ""
        var quote: Character?
        var rest = Substring(text)
        while let character = rest.popFirst() {
            result.append(character)
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "$", let digits = Optional(rest.prefix(while: \.isNumber)), let number = Int(digits)
            {
                result += String(number + offset)
                rest.removeFirst(digits.count)
            }
        }
        return result
    }
}
