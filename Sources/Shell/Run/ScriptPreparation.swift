package import CommandLanguage
import Platform

/// Checks statements before any of them runs, without asking a server.
package struct ScriptPreparation {
    private let variables: Variables

    package init(_ variables: Variables) {
        self.variables = variables
    }

    /// Checks whole texts that are not going to run, and keeps none of their statements.
    ///
    /// - Returns: the errors in all files.
    /// - Throws: `.interrupted` as soon as the task is cancelled.
    package func check(_ sources: [SourceText]) throws(Failure) -> FaultList {
        let library = Lock(ScriptLibrary())
        var names = ScriptCheck(
            variables: variables, isRunNext: false, refusalInTransaction: { Catalogue.refusalInTransaction($1) },
            included: { inclusion in library.withLock { $0.file(of: inclusion) } })
        var faults = FaultList()
        var seen: Set<String> = []
        for source in sources {
            var parser = Parser(source, table: Catalogue.table)
            var untilLook = 0
            parsing: while true {
                untilLook -= 1
                if untilLook < 0 {
                    if Task.isCancelled { throw Failure.interrupted }
                    untilLook = Self.partsBetweenLooks
                }
                switch parser.nextPart() {
                case .statement(let statement):
                    if case .command(let invocation) = statement {
                        faults.append(invocation)
                    } else {
                        let library = library.withLock {
                            faults.append($0.load([statement]))
                            return $0
                        }
                        library.forEachCommand(in: [statement], &seen) { faults.append($0) }
                    }
                    let unsound = names.diagnostics(of: statement)
                    if !unsound.isEmpty { faults.append(unsound) }
                case .failure(let failures): faults.append(failures)
                case nil: continue
                case .incomplete, .end: break parsing
                }
            }
        }
        faults.sort()
        return faults
    }

    /// The number of parts of a text, about a millisecond's work, between two checks for cancellation.
    private static let partsBetweenLooks = 1000

    /// Reads the files that statements include, as they are now, and checks all of them.
    ///
    /// - Returns: the files, and the errors and warnings in all of them.
    package func prepare(
        _ statements: [Statement]
    ) -> (scripts: ScriptLibrary, faults: [Diagnostic], warnings: [Diagnostic]) {
        var library = ScriptLibrary()
        var faults = library.load(statements)
        let scripts = library
        var check = ScriptCheck(
            variables: variables, refusalInTransaction: { Catalogue.refusalInTransaction($1) },
            included: { scripts.file(of: $0) })
        faults += check.diagnostics(of: statements)
        var warnings: [Diagnostic] = []
        scripts.forEachCommand(in: statements) { invocation in
            if let fault = invocation.faultBeforeRun { faults.append(fault) }
            if let warning = invocation.warning { warnings.append(warning) }
        }
        return (scripts, faults.inReadingOrder, warnings.inReadingOrder)
    }
}

extension Invocation {
    /// What is known to be wrong with it before anything runs.
    fileprivate var faultBeforeRun: Diagnostic? {
        PasswordOptions.fault(of: self) ?? fault ?? foreignCommand ?? Settings.fault(of: self)
    }
}

extension FaultList {
    /// Adds what is known to be wrong with a command before anything runs, and what was probably not meant so.
    fileprivate mutating func append(_ invocation: Invocation) {
        if let fault = invocation.faultBeforeRun { append(fault) }
        if let warning = invocation.warning { append(warning: warning) }
    }
}

extension ScriptLibrary {
    /// Calls `body` for all commands that statements may run. It visits included files too, but each only once.
    func forEachCommand(in statements: [Statement], _ body: (Invocation) -> Void) {
        var seen: Set<String> = []
        forEachCommand(in: statements, &seen, body)
    }

    /// - Parameter seen: the files to skip; the visited files are added to it.
    fileprivate func forEachCommand(
        in statements: [Statement], _ seen: inout Set<String>, _ body: (Invocation) -> Void
    ) {
        for statement in statements {
            switch statement {
            case .command(let invocation): body(invocation)
            case .wait, .assertion, .sleep: break
            case .transaction, .loop, .conditional, .attempt, .lock:
                for block in statement.bodies { forEachCommand(in: block, &seen, body) }
            case .include(let inclusion):
                guard let path = path(ofLoaded: inclusion), seen.insert(path).inserted else { continue }
                forEachCommand(in: self.statements(of: inclusion) ?? [], &seen, body)
            }
        }
    }
}

extension Catalogue {
    /// Why a command can't be in a transaction; nil if it can.
    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        type(of: invocation)?.refusalInTransaction(invocation)
    }
}
