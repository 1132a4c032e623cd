/// What can be told wrong in statements before any of them runs: variables that can't be defined where they are used,
/// and what can't be in a transaction.
package struct ScriptCheck {
    private let refusal: (CommandSyntax, Invocation) -> String?
    private let included: (Inclusion) -> IncludedFile?
    private var names: PossibleNames
    private var isInTransaction = false
    /// Whether the statements are run in this environment.
    private let isRunNext: Bool
    /// The names of the locks whose blocks are being checked.
    private var locks: [String] = []
    /// What came of the files that were included, by what they were included under.
    private var outcomes: [InclusionMeaning: InclusionOutcome] = [:]
    /// The errors that were told, by where they are.
    private var told: Set<String> = []
    /// With the name of the variable that an error is about.
    private var found: [(diagnostic: Diagnostic, name: String?)] = []

    /// - Parameters:
    ///   - variables: as they are when the first statement runs.
    ///   - isRunNext: whether they run in this environment; what is only checked may run in another one.
    ///   - refusal: why a command can't run in a transaction, such as `node add can't run in a transaction`; nil when
    ///     it can.
    ///   - included: an included file; nil when it is not known, and so may define anything. The
    ///     caller sees to it that it ends: that no file includes itself.
    package init(
        variables: Variables = Variables(), isRunNext: Bool = true,
        refusalInTransaction refusal: @escaping (CommandSyntax, Invocation) -> String?,
        included: @escaping (Inclusion) -> IncludedFile? = { _ in nil }
    ) {
        self.isRunNext = isRunNext
        self.refusal = refusal
        self.included = included
        names = PossibleNames(variables)
    }

    /// All that is wrong, in the order of the statements; what they define, those of later calls may use.
    package mutating func diagnostics(of statements: some Sequence<Statement>) -> [Diagnostic] {
        statements.flatMap { diagnostics(of: $0) }
    }

    /// The same for the next statement of several, which need not be kept.
    package mutating func diagnostics(of statement: Statement) -> [Diagnostic] {
        check(statement)
        guard !found.isEmpty else { return [] }
        defer { found = [] }
        // What is wrong in a file is told once, however often it is included.
        return found.map(\.diagnostic).filter { error in
            told.insert("\(error.source.name) \(error.span.start) \(error.message)").inserted
        }
    }

    private mutating func check(_ statement: Statement) {
        switch statement {
        case .command(let invocation):
            if isInTransaction, let reason = refusal(invocation.syntax, invocation) {
                found.append((invocation.problem(reason, at: invocation.span), nil))
            }
            check(invocation)
        case .include(let inclusion): check(inclusion)
        case .sleep(let pause): check(pause.invocation)
        // The words of a predicate are among the operands.
        case .wait(let wait):
            check(wait.invocation)
            checkQueries(of: wait.condition)
        case .assertion(let assertion):
            check(assertion.invocation)
            checkQueries(of: assertion.condition)
        case .transaction(let transaction): check(transaction)
        case .loop(let loop): check(loop)
        case .conditional(let conditional): check(conditional)
        case .attempt(let attempt): check(attempt)
        case .lock(let lock): check(lock)
        }
    }

    // MARK: Blocks

    private mutating func check(_ transaction: Transaction) {
        let isInside = isInTransaction
        refuseInTransaction("a transaction", transaction.span, transaction.source)
        isInTransaction = true
        for statement in transaction.body { check(statement) }
        isInTransaction = isInside
    }

    /// - Parameter what: what can't be in a transaction.
    private mutating func refuseInTransaction(
        _ what: String, _ span: Span, _ source: SourceText, help: String? = nil
    ) {
        guard isInTransaction else { return }
        found.append((Diagnostic("\(what) can't be inside a transaction", at: span, in: source, help: help), nil))
    }

    private mutating func check(_ attempt: Attempt) {
        refuseInTransaction(
            "try", attempt.span, attempt.source,
            help: "what fails in a transaction undoes all of it; put it into the try")
        for name in check(attempt.body) { names.define(name) }
        if let otherwise = attempt.otherwise {
            let mark = names.changes.count
            for name in ControlSyntax.failureVariables { names.define(name) }
            let defined = check(otherwise)
            _ = names.undo(to: mark)
            for name in defined { names.define(name) }
        }
        for statement in attempt.finally ?? [] { check(statement) }
    }

    private mutating func check(_ lock: LockedBlock) {
        refuseInTransaction(
            "a lock", lock.span, lock.source, help: "it would end before the transaction does; put that into the lock")
        use(lock.name, in: lock.source)
        let name = lock.name.constantText(in: lock.source)
        if let name, locks.contains(name) {
            let message = "the lock \(name) is held by a block around this one"
            found.append((Diagnostic(message, at: lock.name.span, in: lock.source), nil))
        }
        if let name { locks.append(name) }
        for statement in lock.body { check(statement) }
        if name != nil { locks.removeLast() }
    }

    private mutating func checkQueries(of condition: Condition) {
        for term in condition.terms { use(term.query, in: term.source) }
    }

    private mutating func check(_ conditional: Conditional) {
        // What one branch defines the next does not have, but what follows may have.
        var defined: [String] = []
        for branch in conditional.branches {
            for term in branch.condition.terms {
                for word in term.words where term.query == nil { use(word, in: term.source) }
            }
            checkQueries(of: branch.condition)
            defined += check(branch.body)
        }
        if let otherwise = conditional.otherwise { defined += check(otherwise) }
        for name in defined { names.define(name) }
    }

    private mutating func check(_ loop: Loop) {
        switch loop.elements {
        case .words(let words): for word in words { use(word, in: loop.source) }
        case .rows(let query, _): use(query, in: loop.source)
        case .nodes, .roles, .hypertables: break
        }
        for name in loop.variables { names.define(name) }
        let before = found.count
        let defined = check(loop.body)
        for name in defined { names.define(name) }
        // What the body defines may be there from its second time on.
        if found.count > before, !defined.isEmpty {
            let defined = Set(defined)
            let inBody = found[before...].filter { !defined.contains($0.name ?? "") }
            found.replaceSubrange(before..., with: inBody)
        }
    }

    /// Checks what may be run or not.
    ///
    /// - Returns: the names that it may define.
    private mutating func check(_ body: [Statement]) -> [String] {
        let mark = names.changes.count
        for statement in body { check(statement) }
        return names.undo(to: mark)
    }

    private mutating func check(_ inclusion: Inclusion) {
        check(inclusion.invocation)
        guard let file = included(inclusion) else {
            names.mayBeAny = true
            return
        }
        let given = (names.arguments, names.emptyArguments)
        let values = inclusion.invocation.operands.dropFirst().enumerated()
        names.arguments = Set(values.map { String($0.offset + 1) })
        names.emptyArguments = Set(
            values.filter { $0.element.constantText(in: inclusion.invocation.source) == "" }.map {
                String($0.offset + 1)
            })
        defer { (names.arguments, names.emptyArguments) = given }
        // A file that includes the next twice, and so on, would be checked as often as it runs. Where it is included under
        // the same circumstances the same comes of it, and what is wrong with it has been told.
        let meaning = InclusionMeaning(
            path: file.path, isInTransaction: isInTransaction, locks: locks, names: names.state)
        if let outcome = outcomes[meaning] { return names.repeat(outcome) }
        let mark = names.changes.count
        for statement in file.statements { check(statement) }
        outcomes[meaning] = InclusionOutcome(changes: Array(names.changes[mark...]), mayBeAny: names.mayBeAny)
    }

    // MARK: Commands

    private mutating func check(_ invocation: Invocation) {
        for word in invocation.words where word.hasVariables {
            use(word, in: invocation.source, hidden: invocation.holdsSecret)
        }
        use(invocation.text, in: invocation.source)
        guard invocation.syntax.namesVariables else { return }
        for operand in invocation.syntax.operands where operand.kind == .variable {
            for word in invocation.words(for: operand) {
                define(word, in: invocation.source, removes: invocation.syntax.name == "unset")
            }
        }
        for option in invocation.options where option.syntax.kind == .variable || option.syntax.kind == .variables {
            for word in option.values { define(word, in: invocation.source) }
        }
    }

    private mutating func define(_ word: Word, in source: SourceText, removes: Bool = false) {
        guard let name = word.constantText(in: source) else {
            names.mayBeAny = true
            return
        }
        for name in name.split(separator: ",").map(String.init) {
            if removes { names.remove(name) } else { names.define(name) }
        }
    }

    private mutating func use(_ text: SQLText?, in source: SourceText) {
        guard let text else { return }
        for (name, span) in text.variables { use(name, at: span, in: source) }
    }

    private mutating func use(_ word: Word, in source: SourceText, hidden: Bool = false) {
        for variable in word.neededVariables(in: source) {
            use(variable.name, at: variable.span, in: source, hidden: hidden, variable.error)
        }
    }

    /// - Parameter message: what is said of the variable where it has no value, or an empty one.
    private mutating func use(
        _ name: String, at span: Span, in source: SourceText, hidden: Bool = false, _ message: String? = nil
    ) {
        guard name != Variables.scriptFolder else { return }
        let isEnvironment = name.hasPrefix("env:")
        let isThere = isEnvironment || names.contains(name)
        if isThere, message == nil || isEnvironment && !isRunNext || !names.isEmpty(name) { return }
        let text = message == "" && isThere && !isEnvironment ? "\(name) has an empty value" : message
        let error = Diagnostic.undefinedVariable(name, text, at: span, in: source, known: names.forSuggestions)
        found.append((hidden ? error.hidingLine() : error, name))
    }
}

/// A file that a script includes.
package struct IncludedFile {
    /// Where it is, whatever it was called.
    package let path: String
    package let statements: [Statement]

    package init(path: String, statements: [Statement]) {
        self.path = path
        self.statements = statements
    }
}

/// All that the errors in an included file depend on.
private struct InclusionMeaning: Hashable {
    let path: String
    let isInTransaction: Bool
    let locks: [String]
    let names: PossibleNames.State
}

/// What a file leaves for those behind it.
private struct InclusionOutcome {
    let changes: [PossibleNames.Change]
    let mayBeAny: Bool
}

/// The variables that may have a value at one place of a script.
private struct PossibleNames {
    struct State: Hashable {
        let arguments: Set<String>
        let emptyArguments: Set<String>
        let filled: Set<String>
        let mayBeAny: Bool
        let defined: Set<String>
        let removed: Set<String>
    }

    enum Change {
        case defined(String)
        case removed(String)
    }

    /// The arguments of the file that is run: `1`, `2`….
    var arguments: Set<String>
    /// Those of them that are known to be empty.
    var emptyArguments: Set<String>
    /// Whether a name that is not known was defined.
    var mayBeAny = false
    /// What was done, so that it can be undone.
    private(set) var changes: [Change] = []
    /// There may be many, and one statement of a stream to check: they are only looked up.
    private let given: Variables
    private var defined: Set<String> = []
    /// Those of the given ones that are gone.
    private var removed: Set<String> = []
    /// Those that were given without a text and may have one by now.
    private var filled: Set<String> = []

    init(_ variables: Variables) {
        given = variables
        let values = variables.arguments.enumerated()
        arguments = Set(values.map { String($0.offset + 1) })
        emptyArguments = Set(values.filter(\.element.text.isEmpty).map { String($0.offset + 1) })
    }

    var state: State {
        State(
            arguments: arguments, emptyArguments: emptyArguments, filled: filled, mayBeAny: mayBeAny, defined: defined,
            removed: removed)
    }

    /// Does what a file did that was included before, where the names were the same.
    mutating func `repeat`(_ outcome: InclusionOutcome) {
        for change in outcome.changes {
            switch change {
            case .defined(let name): define(name)
            case .removed(let name): remove(name)
            }
        }
        mayBeAny = outcome.mayBeAny
    }

    func contains(_ name: String) -> Bool {
        if Variables.isName(name) { return mayBeAny || isKnown(name) }
        return arguments.contains(name)
    }

    /// Whether a variable that has a value is known to have an empty one; one of the environment also where it has none.
    func isEmpty(_ name: String) -> Bool {
        if name.hasPrefix("env:") { return given[name]?.text.isEmpty ?? true }
        guard Variables.isName(name) else { return emptyArguments.contains(name) }
        return !mayBeAny && given[name]?.text.isEmpty == true && !removed.contains(name) && !filled.contains(name)
    }

    private func isKnown(_ name: String) -> Bool {
        defined.contains(name) || given[name] != nil && !removed.contains(name)
    }

    /// None when there are so many that looking for the nearest would take long.
    var forSuggestions: [String] {
        guard given.count + defined.count - removed.count <= 1000 else { return [] }
        return defined.union(given.names.filter { Variables.isName($0) && !removed.contains($0) }).sorted()
    }

    mutating func define(_ name: String) {
        if given[name]?.text.isEmpty == true { filled.insert(name) }
        guard !isKnown(name) else { return }
        insert(name)
        changes.append(.defined(name))
    }

    mutating func remove(_ name: String) {
        guard isKnown(name) else { return }
        delete(name)
        changes.append(.removed(name))
    }

    private mutating func insert(_ name: String) {
        if removed.remove(name) == nil { defined.insert(name) }
    }

    private mutating func delete(_ name: String) {
        if defined.remove(name) == nil { removed.insert(name) }
    }

    /// Takes back what was done since there were so many changes.
    ///
    /// - Returns: the names that were defined.
    mutating func undo(to mark: Int) -> [String] {
        var defined: [String] = []
        while changes.count > mark, let change = changes.popLast() {
            switch change {
            case .defined(let name):
                delete(name)
                defined.append(name)
            case .removed(let name):
                insert(name)
            }
        }
        return defined
    }
}
