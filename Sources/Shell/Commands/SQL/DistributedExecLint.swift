import CommandLanguage

/// Refuses statements that must not reach `distributed_exec`.
///
/// TimescaleDB 2.13.1 reports success for `COMMIT`, although it has ended the transactions of the data nodes, and for
/// `PREPARE TRANSACTION`, although it has left a prepared transaction behind on each. At `COPY … FROM STDIN` it waits
/// forever and can't be cancelled.
enum DistributedExecLint {
    /// Why a statement is refused, and what to do instead.
    struct UnsafeStatement: Error {
        let message: String
        let help: String?

        init(_ message: String, help: String?) {
            self.message = message
            self.help = help
        }
    }

    /// - Parameter transactional: as for `distributed_exec`; some statements run only if it is false.
    /// - Throws: `UnsafeStatement`.
    static func check(_ text: String, transactional: Bool = true) throws(UnsafeStatement) {
        let statement = try singleStatement(text)
        if let verb = transactionControl(statement) {
            throw UnsafeStatement(
                "\(verb) can't be sent to the nodes: the access node begins and ends their transactions",
                help: "'transaction { … }' makes several commands one transaction")
        }
        if CopyDirection(of: text) != nil {
            throw UnsafeStatement(
                "COPY from STDIN or to STDOUT can't be sent to the nodes: they have no client of ours",
                help: "copy into the hypertable on the access node")
        }
        if setsEncoding(statement, text) {
            throw UnsafeStatement(
                "client_encoding can't be set on the nodes: the access node would destroy what it sends and reads there",
                help: "COPY has an encoding of its own: WITH (ENCODING …)")
        }
        if statement[0] == "ALTER", statement[1] == "EXTENSION", statement[2] == "TIMESCALEDB" {
            throw UnsafeStatement(
                "ALTER EXTENSION timescaledb must be the first statement of a session",
                help: "run it on each node in a new session of its own")
        }
        guard transactional else { return }
        if let what = nonTransactional(statement) {
            throw UnsafeStatement(
                "\(what) can't run inside a transaction, and exec is one", help: "use --no-transaction")
        }
        if let what = unpreparable(statement) {
            throw UnsafeStatement(
                "\(what) can't be part of a distributed transaction", help: "use --no-transaction")
        }
    }

    /// The words of the statement.
    ///
    /// - Throws: `UnsafeStatement` if there is no statement, or more than one.
    private static func singleStatement(_ text: String) throws(UnsafeStatement) -> Words {
        var lexer = SQLLexer(text)
        var words = Words()
        var parentheses = 0
        var bodyDepth = 0
        var isOver = false
        while let token = lexer.next() {
            let word = token.kind == .word ? lexer.text(of: token).uppercased() : ""
            switch token.kind {
            case .semicolon where parentheses == 0 && bodyDepth == 0:
                if !words.isEmpty { isOver = true }
                continue
            case .unclosed(let part):
                throw UnsafeStatement("a \(part.name) in the SQL is not closed", help: nil)
            case .openParenthesis: parentheses += 1
            case .closeParenthesis: parentheses -= 1
            case .word where words.definesRoutine && parentheses == 0:
                // The body of a routine in standard SQL contains statements too: BEGIN ATOMIC …; END.
                if word == "ATOMIC", words.last == "BEGIN" { bodyDepth += 1 }
                if word == "CASE", bodyDepth > 0 { bodyDepth += 1 }
                if word == "END", bodyDepth > 0 { bodyDepth -= 1 }
            default: break
            }
            if isOver {
                throw UnsafeStatement(
                    "distributed_exec takes one statement, and there is more behind the ;",
                    help: "give each an exec of its own; 'transaction { … }' makes them one transaction")
            }
            words.append(word)
        }
        if words.isEmpty { throw UnsafeStatement("there is no SQL to run", help: nil) }
        return words
    }

    /// Whether it may have the session of the access node speak another encoding than both agreed on.
    private static func setsEncoding(_ words: Words, _ text: String) -> Bool {
        switch words[0] {
        case "SET": words[1] == "NAMES" || words[2] == "NAMES" || text.lowercased().contains("client_encoding")
        case "SELECT", "WITH", "VALUES", "DO", "CALL": text.lowercased().contains("client_encoding")
        default: false
        }
    }

    /// The command's name if the statement begins, ends or divides a transaction.
    private static func transactionControl(_ words: Words) -> String? {
        switch words[0] {
        case "BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE":
            words[1] == "PREPARED" ? "\(words[0]) PREPARED" : words[0]
        case "START" where words[1] == "TRANSACTION": "START TRANSACTION"
        case "PREPARE" where words[1] == "TRANSACTION": "PREPARE TRANSACTION"
        default: nil
        }
    }

    /// Whether it changes what all databases of a server share: its roles, and who is a member of whom.
    static func changesServer(_ text: String) -> Bool {
        guard let words = try? singleStatement(text) else { return false }
        return switch words[0] {
        case "CREATE", "ALTER", "DROP": ["ROLE", "USER", "GROUP"].contains(words[1]) && words[2] != "MAPPING"
        case "GRANT", "REVOKE": !words.contains("ON")
        default: false
        }
    }

    /// The word with which a statement begins that reads or writes rows; nil for others.
    static func rowVerb(_ text: String) -> String? {
        guard let words = try? singleStatement(text) else { return nil }
        let verbs = [
            "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "TABLE", "VALUES", "WITH", "SHOW", "EXPLAIN", "FETCH",
        ]
        return verbs.first { $0 == words[0] }
    }

    /// The word with which a statement begins of which it can't be seen what it does; nil for others.
    static func opaqueVerb(_ text: String) -> String? {
        guard let words = try? singleStatement(text) else { return nil }
        return ["DO", "CALL", "EXECUTE"].first { $0 == words[0] }
    }

    /// Whether a statement about a distributed hypertable is one that TimescaleDB 2.13.1 does not send to its data nodes.
    static func staysOnAccessNode(_ text: String) -> Bool {
        guard let words = try? singleStatement(text) else { return false }
        return switch words[0] {
        case "COMMENT": true
        case "CREATE", "ALTER", "DROP": words[1] == "STATISTICS"
        default: false
        }
    }

    /// All that may be a name in a statement, as PostgreSQL would read it.
    static func names(in text: String) -> Set<String> {
        var lexer = SQLLexer(text)
        var names: Set<String> = []
        while let token = lexer.next() {
            switch token.kind {
            case .word: names.insert(lexer.text(of: token).lowercased())
            case .identifier:
                let quoted = String(lexer.text(of: token).dropFirst().dropLast())
                names.insert(quoted.replacing("\"\"", with: "\""))
            default: break
            }
        }
        return names
    }

    /// What PostgreSQL refuses inside a transaction block (25001).
    private static func nonTransactional(_ words: Words) -> String? {
        let (verb, object) = (words[0], words[1])
        switch verb {
        case "VACUUM": return verb
        case "CREATE" where ["DATABASE", "TABLESPACE"].contains(object),
            "DROP" where ["DATABASE", "TABLESPACE"].contains(object),
            "ALTER" where object == "SYSTEM",
            "DISCARD" where object == "ALL":
            return "\(verb) \(object)"
        case "ALTER" where object == "DATABASE" && words.contains("SET", "TABLESPACE"):
            return "ALTER DATABASE … SET TABLESPACE"
        case "CREATE" where words.contains("INDEX", "CONCURRENTLY"),
            "DROP" where words.contains("INDEX", "CONCURRENTLY"),
            "REINDEX" where words.contains("CONCURRENTLY"):
            return "\(verb)\(verb == "REINDEX" ? "" : " INDEX") CONCURRENTLY"
        case "ALTER" where object == "TABLE" && words.last == "CONCURRENTLY":
            return "ALTER TABLE … DETACH PARTITION CONCURRENTLY"
        case "REINDEX" where words.contains("DATABASE") || words.contains("SYSTEM") || words.contains("SCHEMA"):
            return verb
        case "CLUSTER" where words.count == 1:
            return "CLUSTER without a table"
        default: return nil
        }
    }

    /// What PostgreSQL refuses to prepare for a two-phase commit (0A000).
    private static func unpreparable(_ words: Words) -> String? {
        switch words[0] {
        case "LISTEN", "NOTIFY": return words[0]
        case "CREATE" where words.createsTemporary: return "CREATE TEMPORARY"
        case "SELECT" where words.contains("INTO", "TEMP") || words.contains("INTO", "TEMPORARY"):
            return "SELECT INTO TEMPORARY"
        case "DECLARE" where words.contains("WITH", "HOLD"): return "a cursor WITH HOLD"
        default: return nil
        }
    }
}

extension DistributedExecLint {
    /// Calls that TimescaleDB refuses in a transaction block (25001).
    private static let topLevelOnly = [
        "ADD_DATA_NODE", "REMOTE_TXN_HEAL_DATA_NODE", "COPY_CHUNK", "MOVE_CHUNK", "CLEANUP_COPY_CHUNK_OPERATION",
        "RUN_JOB",
    ]

    /// Whether a statement undoes the whole of the open transaction.
    static func rollsBack(_ text: String) -> Bool {
        guard let statement = try? singleStatement(text) else { return false }
        return ["ROLLBACK", "ABORT"].contains(statement[0]) && statement[1] != "PREPARED" && !statement.contains("TO")
    }

    /// Whether a statement ends the open transaction so that what it did stays.
    static func keepsTransaction(_ text: String) -> Bool {
        guard let statement = try? singleStatement(text) else { return false }
        return switch statement[0] {
        case "COMMIT", "END": statement[1] != "PREPARED"
        case "PREPARE": statement[1] == "TRANSACTION"
        default: false
        }
    }

    /// Why a statement for the access node can't run in a transaction that the shell has begun; nil if it can.
    static func refusalInTransaction(_ text: String) -> String? {
        guard let statement = try? singleStatement(text) else { return nil }
        let isPartial =
            ["SAVEPOINT", "RELEASE"].contains(statement[0]) || statement[0] == "ROLLBACK" && statement.contains("TO")
        if !isPartial, let verb = transactionControl(statement) {
            return "\(verb) can't be in a transaction that the shell begins and ends"
        }
        if let what = nonTransactional(statement) { return "\(what) can't run inside a transaction" }
        return topLevelOnly.first { statement.contains($0) }
            .map { "TimescaleDB refuses \($0.lowercased()) inside a transaction" }
    }
}

/// The words of a statement in order; every other token is an empty string.
private struct Words {
    private var words: [String] = []

    var isEmpty: Bool { words.isEmpty }
    var count: Int { words.count }
    var last: String { words.last ?? "" }

    subscript(_ index: Int) -> String { index < words.count ? words[index] : "" }

    mutating func append(_ word: String) { words.append(word) }

    func contains(_ word: String) -> Bool { words.contains(word) }

    func contains(_ first: String, _ second: String) -> Bool {
        zip(words, words.dropFirst()).contains { $0 == (first, second) }
    }

    /// Whether it is CREATE [OR REPLACE] FUNCTION or PROCEDURE.
    var definesRoutine: Bool { ["FUNCTION", "PROCEDURE"].contains(created.first) }

    /// Whether it is CREATE [OR REPLACE] [LOCAL | GLOBAL] TEMPORARY.
    var createsTemporary: Bool {
        ["TEMP", "TEMPORARY"].contains(created.first { $0 != "LOCAL" && $0 != "GLOBAL" })
    }

    /// The words after CREATE [OR REPLACE].
    private var created: ArraySlice<String> {
        guard self[0] == "CREATE" else { return [] }
        return words.dropFirst(self[1] == "OR" ? 3 : 1)
    }
}

extension SQLLexer.Part {
    /// What it is called in a message.
    fileprivate var name: String {
        switch self {
        case .string, .dollarString: "string"
        case .identifier: "quoted identifier"
        case .comment: "comment"
        }
    }
}
