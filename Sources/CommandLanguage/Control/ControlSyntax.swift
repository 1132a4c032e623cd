/// The statements that control others, described as commands are, for the help and the completion.
package enum ControlSyntax {
    package static let conditional = CommandSyntax(
        "if", group: .control, "Run a block only where a predicate holds",
        operands: [OperandSyntax("PREDICATE", .text, .oneOrMore)], hasBlock: true,
        details: """
            else if PREDICATE { … } and else { … } stand on the line of the } before them; not before a predicate \
            means its contrary. Predicates: \(Predicate.usages.joined(separator: "; ")).
            """,
        examples: ["if not node dn3 exists { node add dn3 --host db3 }"])
    package static let loop = CommandSyntax(
        "foreach", group: .control, "Run a block for each of several words",
        operands: [
            OperandSyntax("NAME", .variable), OperandSyntax("in", .text, keywords: ["in"]),
            OperandSyntax("WORD…", .text, .oneOrMore, keywords: LoopListing.allCases.map(\.rawValue)),
        ], hasBlock: true,
        details: "nodes, roles or hypertables by itself stands for all that exist when the loop begins.",
        examples: ["foreach n in nodes { node ping ${n} }", "foreach n in dn{1..3} { node enable ${n} }"])
    package static let transaction = CommandSyntax(
        "transaction", group: .control, "Run a block in one distributed transaction",
        hasBlock: true,
        examples: ["transaction { role create app --everywhere; role grant app --nodes all }"])
    package static let includeArguments = Operand<[Argument]>("ARG", .text, .zeroOrMore)
    package static let waitTimeout = Option<Duration?>(
        "--timeout", "TIME", default: "60s", "Give up after this time; 0 for never")
    package static let waitInterval = Option<Duration>(
        "--every", "TIME", default: .seconds(1), "How often it is asked")
    package static let sleepTime = Operand<Duration>("TIME")

    package static let include = CommandSyntax(
        "include", group: .control, "Run the commands of another file",
        operands: [OperandSyntax("FILE", .file), includeArguments],
        details: "The file is looked for beside the including one; ARG are ${1}, ${2}… in it.",
        examples: ["include roles.tscl app"])
    package static let wait = CommandSyntax(
        "wait until", group: .control, "Wait until a predicate holds",
        operands: [OperandSyntax("PREDICATE", .text, .oneOrMore)],
        options: [waitTimeout, waitInterval], examples: ["wait until node dn1 up --timeout 60s"])
    package static let assertion = CommandSyntax(
        "assert", group: .control, "End with status 5 unless a predicate holds",
        operands: [OperandSyntax("PREDICATE [MESSAGE]", .text, .oneOrMore)],
        examples: ["assert cluster healthy", "assert node dn1 up \"dn1 must be up\""])
    package static let sleep = CommandSyntax(
        "sleep", group: .control, "Wait for a time", operands: [sleepTime],
        examples: ["sleep 2s"])

    /// In the order in which the help lists them.
    package static let all = [conditional, loop, transaction, include, wait, assertion, sleep]

    /// The word that stands behind the block of an `if`.
    static let otherwise = "else"

    /// The words that a block can begin with.
    static let blockWords = all.filter(\.hasBlock).map(\.name) + [otherwise]

    /// The words that may begin one.
    package static let firstWords = all.map { $0.words[0] }

}
