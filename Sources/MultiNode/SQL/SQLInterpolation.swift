extension SQL: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(pieces: [.text(sent: value, shown: value)])
    }

    package init(stringInterpolation: StringInterpolation) {
        self.init(pieces: stringInterpolation.pieces, isWritten: stringInterpolation.isWritten)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []
        var isWritten = false

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { append(literal) }
        }

        private mutating func append(_ text: String) {
            pieces.append(.text(sent: text, shown: text))
        }

        private mutating func append(parameter value: String?, type: String? = nil, constant: String? = nil) {
            pieces.append(.parameter(value: value, type: type, inlined: constant, shown: constant))
        }

        // MARK: Parameters

        /// A parameter whose type PostgreSQL infers from the statement, such as a function's argument.
        package mutating func appendInterpolation(_ value: String?) {
            append(parameter: value)
        }

        package mutating func appendInterpolation(_ value: Int) {
            append(parameter: String(value), constant: String(value))
        }

        package mutating func appendInterpolation(_ value: Bool) {
            append(parameter: value ? "true" : "false", constant: value ? "true" : "false")
        }

        /// A parameter of type `name[]`.
        package mutating func appendInterpolation(_ names: [String]) {
            appendInterpolation(names, type: "name[]")
        }

        package mutating func appendInterpolation(_ elements: [String], type: String) {
            append(parameter: ArrayText.text(elements), type: type)
        }

        /// A parameter of the given type, which PostgreSQL can't infer from the statement.
        package mutating func appendInterpolation(_ value: String, type: String) {
            append(parameter: value, type: type)
        }

        /// A table as a parameter of type `regclass`.
        package mutating func appendInterpolation(regclass table: TableName) {
            appendInterpolation(table.quoted)
        }

        /// A parameter that is hidden wherever the statement is shown.
        package mutating func appendInterpolation(secret value: String) {
            pieces.append(
                .parameter(value: value, type: nil, inlined: nil, shown: Quoting.literal(SQL.mask)))
        }

        /// A whole statement as a parameter, for `distributed_exec`; its secrets stay hidden.
        package mutating func appendInterpolation(statement: SQL) {
            let text = statement.inlined
            isWritten = isWritten || statement.isWritten
            pieces.append(
                .parameter(value: text, type: nil, inlined: nil, shown: Quoting.literal(statement.shown)))
        }

        // MARK: Text

        package mutating func appendInterpolation(identifier name: String) {
            append(Quoting.identifier(name))
        }

        package mutating func appendInterpolation(identifiers names: [String]) {
            append(names.map(Quoting.identifier).joined(separator: ", "))
        }

        package mutating func appendInterpolation(qualified table: TableName) {
            append(table.quoted)
        }

        package mutating func appendInterpolation(literal value: String) {
            append(Quoting.literal(value))
        }

        package mutating func appendInterpolation(literal value: Int) {
            append(String(value))
        }

        /// A string constant that is hidden wherever the statement is shown.
        package mutating func appendInterpolation(secretLiteral value: String) {
            pieces.append(.text(sent: Quoting.literal(value), shown: Quoting.literal(SQL.mask)))
        }

        /// Another statement's text and parameters, as part of this one.
        package mutating func appendInterpolation(raw sql: SQL) {
            pieces += sql.pieces
            isWritten = isWritten || sql.isWritten
        }
    }
}
