/// The statements that control others, described as commands are, for the help and the completion.
package enum ControlSyntax {
    package static let conditional = CommandSyntax(
        "if", group: .control, "Run a block only where a predicate holds",
        operands: [OperandSyntax("PREDICATE", .text, .oneOrMore)], hasBlock: true,
        details: """
            else if PREDICATE { … } and else { … } stand on the line of the } before them; not before a predicate \
            means its contrary; and between two of them binds closer than or, and there are no parentheses. Predicates: \
            \(Predicate.usages.joined(separator: "; ")). A and B of <, <=, > and >= are numbers, bytes such as 10GB or \
            times such as 5m; a number beside bytes is bytes.
            """,
        examples: [
            "if not node dn3 exists { node add dn3 --host db3 }",
            "if node dn3 exists and ${free} < 10GB or ${force} == yes { node drain dn3 }",
            "if rows $$ SELECT FROM pg_prepared_xacts $$ { heal all }",
        ])
    package static let loop = CommandSyntax(
        "foreach", group: .control, "Run a block for each of several words, or of the rows of a query",
        operands: [
            OperandSyntax("NAME", .variable), OperandSyntax("in", .text, keywords: ["in"]),
            OperandSyntax(
                "WORD…", .text, .oneOrMore,
                keywords: LoopListing.allCases.map(\.rawValue) + RowSource.allCases.map(\.rawValue)),
        ], hasBlock: true,
        details: """
            nodes, roles or hypertables by itself stands for all that exist when the loop begins. rows $$ SELECT … $$ \
            stands for the rows of a query on the access node, query $$ SELECT … $$ for those of each data node with \
            the node in front: there are as many names, with commas between them, as columns, and all rows are read \
            before the first is gone over. NULL is an empty text.
            """,
        examples: [
            "foreach n in nodes { node ping ${n} }", "foreach n in dn{1..3} { node enable ${n} }",
            "foreach r, n in rows $$ SELECT rolname, oid FROM pg_roles $$ { echo ${r} }",
        ])
    package static let transaction = CommandSyntax(
        "transaction", group: .control, "Run a block in one distributed transaction",
        hasBlock: true,
        examples: ["transaction { role create app --everywhere; role grant app --nodes all }"])
    package static let attempt = CommandSyntax(
        "try", group: .control, "Run a block, and another where it fails", hasBlock: true,
        details: """
            try { … } else { … } finally { … }: a failure in the first block, a partial one too, ends it and runs the \
            else, where ${error}, ${sqlstate} and ${node} tell of it (empty where there is none), and the run goes \
            on. Without an else it stays a failure. finally is run in any case, behind Ctrl-C and quit too, but not \
            behind a second Ctrl-C. Ctrl-C, quit and a lost access node are never caught. It can't be in a \
            transaction, which what fails in it undoes.
            """,
        examples: [
            "try { node ping dn1 } else { echo \"${node}: ${error}\" }",
            "try { job pause 1000; heal all } finally { job resume 1000 }",
        ])
    package static let lock = CommandSyntax(
        "lock", group: .control, "Run a block that no other may run at the same time",
        operands: [OperandSyntax("NAME", .text)], hasBlock: true,
        details: """
            One at a time on this cluster holds a lock of a name; where another holds it, nothing of the block is run, \
            who it is is said, and the status is 7. It is an advisory lock on the access node, held over a connection \
            of its own: where that is lost, the block fails. SQL's LOCK t is written LOCK TABLE t.
            """,
        examples: ["lock nightly { heal all; check }"])
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
    package static let all = [conditional, loop, attempt, transaction, lock, include, wait, assertion, sleep]

    /// The word that stands behind the block of an `if` or `try`.
    static let otherwise = "else"

    /// The word that stands behind the last block of a `try` but one.
    static let finally = "finally"

    /// The variables that tell of the failure in the `else` of a `try`.
    package static let failureVariables = ["error", "sqlstate", "node"]

    /// The words that a block can begin with.
    static let blockWords = all.filter(\.hasBlock).map(\.name) + [otherwise, finally]

    /// The words that may begin one.
    package static let firstWords = all.map { $0.words[0] }

}
