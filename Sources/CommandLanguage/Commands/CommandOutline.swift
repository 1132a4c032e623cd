/// What is known of a command that was read when its words are not looked at: enough to tell of most commands in a long
/// script that nothing more can be wrong with them.
package struct CommandOutline: Sendable {
    /// The options that were given, a bit for each (`CommandSyntax.bits`).
    package let given: UInt64
    package let operandCount: Int
    /// Whether all its words stand for themselves, its SQL too, and each that names a table is `table` or `schema.table`.
    package let isPlain: Bool
    /// Whether one of its words may be the name of a variable that it defines or removes.
    package let namesVariables: Bool

    /// Whether more than one of some options is given.
    ///
    /// - Parameter bits: from `CommandSyntax.bits`.
    package func hasSeveral(of bits: UInt64) -> Bool { (given & bits).nonzeroBitCount > 1 }

    /// - Parameter number: of an option of the command; those with high numbers, which no command has, share a bit.
    static func bit(ofOption number: Int) -> UInt64 { 1 &<< UInt64(min(number, UInt64.bitWidth - 1)) }
}

extension Invocation {
    package var outline: CommandOutline {
        CommandOutline(
            given: given, operandCount: operandCount,
            isPlain: text?.hasVariables != true && words.allSatisfy { $0.textSpan != nil }
                && (!syntax.mayNameTables
                    || tables.allSatisfy { ValueKind.hypertable.plainlyHolds($0, in: source.bytes) }),
            namesVariables: syntax.mayNameVariables(given: given))
    }

    /// The words that name tables.
    private var tables: [Word] {
        syntax.operands.filter { $0.kind == .hypertable }.flatMap { words(for: $0) }
            + options.filter { $0.syntax.kind == .hypertable }.flatMap(\.values)
    }
}
