/// An option of a command, with the type that its value has: the key by which a command reads it.
///
///     static let parallel = Option("--parallel", "N", 1...1000, default: 16, "How many nodes at once")
///     …
///     arguments[Self.parallel]  // Int
///
/// The default stands here alone; the help shows it from here.
package struct Option<Value: Sendable>: OptionKey {
    package let syntax: OptionSyntax
    private let value: @Sendable ([Argument]?) -> Value

    /// - Parameter value: makes the value of what was written; of nil where the option was not given.
    private init(_ syntax: OptionSyntax, _ value: @escaping @Sendable ([Argument]?) -> Value) {
        self.syntax = syntax
        self.value = value
    }

    func value(of written: [Argument]?) -> Value { value(written) }
}

/// An option without a value.
package typealias Flag = Option<Bool>

extension Option where Value == Bool {
    package init(_ name: String, _ summary: String) {
        self.init(OptionSyntax(name, summary)) { $0 != nil }
    }
}

extension Option where Value == Int {
    package init(_ name: String, _ value: String, _ range: ClosedRange<Int>, default standard: Int, _ summary: String) {
        let syntax = OptionSyntax(name, value, .integer(range), default: String(standard), summary)
        self.init(syntax) { $0?.first.flatMap { Int($0.text) } ?? standard }
    }
}

extension Option where Value == Int? {
    /// - Parameter standard: what serves where it is not given, in words.
    package init(
        _ name: String, _ value: String, _ range: ClosedRange<Int>, paired: Bool = false,
        default standard: String? = nil, _ summary: String
    ) {
        let syntax = OptionSyntax(name, value, .integer(range), paired: paired, default: standard, summary)
        self.init(syntax) { $0?.first.flatMap { Int($0.text) } }
    }
}

extension Option where Value == Duration {
    package init(
        _ name: String, _ value: String, default standard: Duration, atLeast least: Duration = .zero, _ summary: String
    ) {
        let check = Duration.check(name, atLeast: least)
        let syntax = OptionSyntax(name, value, .duration, default: standard.written, check: check, summary)
        self.init(syntax) { $0?.first.flatMap { Duration(written: $0.text) } ?? standard }
    }
}

extension Option where Value == Duration? {
    /// - Parameters:
    ///   - standard: what serves where it is not given, in words.
    ///   - bare: what serves where it is given without a time; nil where it can't be.
    package init(
        _ name: String, _ value: String, default standard: String? = nil, whenBare bare: Duration? = nil,
        check: ValueCheck? = nil, _ summary: String
    ) {
        let syntax = OptionSyntax(
            name, value, .duration, default: standard, check: check, mayBeBare: bare != nil, summary)
        self.init(syntax) { written in
            guard let written else { return nil }
            return written.first.map { Duration(written: $0.text) } ?? bare
        }
    }
}

extension Option where Value == Argument? {
    /// - Parameter standard: what serves where it is not given, in words.
    package init(
        _ name: String, _ value: String, _ kind: ValueKind, required: Bool = false, paired: Bool = false,
        offering: Offering? = nil, default standard: String? = nil, check: ValueCheck? = nil, _ summary: String
    ) {
        let syntax = OptionSyntax(
            name, value, kind, required: required, paired: paired, offering: offering, default: standard, check: check,
            summary)
        self.init(syntax) { $0?.first }
    }
}

extension Option where Value == [Argument] {
    /// A list: of nodes, in one word, or of the words up to the next option. It is empty where it is not given.
    ///
    /// - Parameter standard: what serves where it is not given, in words.
    package init(
        _ name: String, _ value: String, _ kind: ValueKind, required: Bool = false, default standard: String? = nil,
        check: ValueCheck? = nil, _ summary: String
    ) {
        let syntax = OptionSyntax(
            name, value, kind, required: required, variadic: kind != .nodes, default: standard, check: check, summary)
        self.init(syntax) { $0 ?? [] }
    }
}

extension Option {
    /// One of a type's raw values.
    package init<Choice>(_ name: String, _ value: String, of choices: Choice.Type, _ summary: String)
    where Value == Choice?, Choice: RawRepresentable & CaseIterable & Sendable, Choice.RawValue == String {
        let names = choices.allCases.map(\.rawValue)
        self.init(OptionSyntax(name, value, .choice(names), summary)) {
            $0?.first.flatMap { Choice(rawValue: $0.text) }
        }
    }
}
