/// How an option of a command is written.
package final class OptionSyntax: Sendable {
    /// With its dashes: `--host`.
    package let name: String
    /// What its value is called in the usage; nil for a flag.
    package let value: String?
    package let kind: ValueKind
    /// What it does, one line without a full stop; what serves where it is not given is not in it.
    private let purpose: String
    /// What serves where it is not given; nil where that needs no word.
    private let standard: String?
    package let isRequired: Bool
    /// Takes the words that follow, up to the next option.
    package let isVariadic: Bool
    /// Expands alongside the names: one value for each, or one for all.
    package let isPaired: Bool
    /// What is completed behind it, where the kind does not say it all.
    package let offering: Offering?
    /// Looks for more than the kind does.
    let check: ValueCheck?
    /// Whether it may stand without its value.
    let mayBeBare: Bool

    /// A flag.
    package init(_ name: String, _ summary: String) {
        self.name = name
        purpose = summary
        standard = nil
        value = nil
        kind = .text
        isRequired = false
        isVariadic = false
        isPaired = false
        offering = nil
        check = nil
        mayBeBare = false
    }

    /// An option with a value.
    package init(
        _ name: String, _ value: String, _ kind: ValueKind, required: Bool = false, variadic: Bool = false,
        paired: Bool = false, offering: Offering? = nil, default standard: String? = nil,
        check: ValueCheck? = nil, mayBeBare: Bool = false, _ summary: String
    ) {
        self.name = name
        self.value = value
        self.kind = kind
        purpose = summary
        self.standard = standard
        isRequired = required
        isVariadic = variadic
        isPaired = paired
        self.offering = offering
        self.check = check
        self.mayBeBare = mayBeBare
    }

    /// What it does, and in parentheses what serves where it is not given: one line without a full stop.
    package var summary: String { standard.map { "\(purpose) (\($0))" } ?? purpose }

    /// Whether braces mean several values here.
    package var expands: Bool { isPaired || isVariadic || kind == .nodes }

    package var usage: String {
        guard let value else { return name }
        return mayBeBare ? "\(name) [\(value)]" : "\(name) \(value)\(isVariadic ? "…" : "")"
    }
}

/// What every option is, whatever the type of its value.
package protocol OptionKey: Sendable {
    var syntax: OptionSyntax { get }
}

extension OptionKey {
    package var name: String { syntax.name }
}

extension OptionSyntax: OptionKey {
    package var syntax: OptionSyntax { self }
}
