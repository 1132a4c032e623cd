/// An operand of a command, with the type that its value has: the key by which a command reads it.
package struct Operand<Value: Sendable>: OperandKey {
    package let syntax: OperandSyntax
    private let value: @Sendable ([Argument], Span) -> Value

    /// - Parameter value: makes the value of what was written in a command, which stands at the place.
    private init(_ syntax: OperandSyntax, _ value: @escaping @Sendable ([Argument], Span) -> Value) {
        self.syntax = syntax
        self.value = value
    }

    /// - Parameter command: where the command stands.
    func value(of written: [Argument], at command: Span) -> Value { value(written, command) }
}

extension Operand where Value == Argument {
    package init(_ name: String, _ kind: ValueKind, offering: Offering? = nil, check: ValueCheck? = nil) {
        // The parser lets no command pass that lacks it.
        self.init(OperandSyntax(name, kind, .one, offering: offering, check: check)) { written, command in
            written.first ?? Argument(text: "", span: command)
        }
    }
}

extension Operand where Value == Argument? {
    /// - Parameter flag: hides the operand wherever the command is shown, where it is given.
    package init(
        _ name: String, _ kind: ValueKind, secretWith flag: Flag? = nil, offering: Offering? = nil,
        check: ValueCheck? = nil
    ) {
        let syntax = OperandSyntax(
            name, kind, .optional, secretWith: flag?.syntax, offering: offering, check: check)
        self.init(syntax) { written, _ in written.first }
    }
}

extension Operand where Value == [Argument] {
    package init(
        _ name: String, _ kind: ValueKind, _ arity: OperandSyntax.Arity = .oneOrMore, keywords: [String] = [],
        offering: Offering? = nil, distinct: Bool = false
    ) {
        let syntax = OperandSyntax(name, kind, arity, keywords: keywords, offering: offering, distinct: distinct)
        self.init(syntax) { written, _ in written }
    }
}

extension Operand where Value == Int {
    package init(_ name: String, _ range: ClosedRange<Int>, offering: Offering? = nil) {
        self.init(OperandSyntax(name, .integer(range), .one, offering: offering)) { written, _ in
            written.first.flatMap { Int($0.text) } ?? range.lowerBound
        }
    }
}

extension Operand where Value == Int? {
    package init(_ name: String, _ range: ClosedRange<Int>) {
        self.init(OperandSyntax(name, .integer(range), .optional)) { written, _ in
            written.first.flatMap { Int($0.text) }
        }
    }
}

extension Operand where Value == Duration {
    package init(_ name: String) {
        self.init(OperandSyntax(name, .duration)) { written, _ in
            written.first.flatMap { Duration(written: $0.text) } ?? .zero
        }
    }
}

extension Operand {
    /// One of a type's raw values, or none.
    package init<Choice>(_ name: String, of choices: Choice.Type, isRequired: Bool = false)
    where Value == Choice?, Choice: RawRepresentable & CaseIterable & Sendable, Choice.RawValue == String {
        let names = choices.allCases.map(\.rawValue)
        self.init(OperandSyntax(name, .choice(names), isRequired ? .one : .optional)) { written, _ in
            written.first.flatMap { Choice(rawValue: $0.text) }
        }
    }
}
