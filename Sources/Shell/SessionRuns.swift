package import CommandLanguage

/// Whole runs: a parsed text, and a stream.
extension Session {
    /// Runs what has been parsed, and says what the run ends with.
    package func run(_ statements: [Statement]) async -> Int32 {
        var run = Run()
        for case .command(let invocation) in statements {
            guard await run.execute(invocation, in: self) else { break }
        }
        return run.finish(in: self)
    }

    /// Runs commands as they arrive; a syntax error is a failed command.
    package func runInput(_ reader: InputReader, checkOnly: Bool) async -> Int32 {
        var reader = reader
        inputIsFree = false
        var run = Run()
        do throws(Failure) {
            reading: while !isEnding {
                switch try await reader.next() {
                case .end: break reading
                case .statement(.command(let invocation)):
                    if checkOnly { continue }
                    do throws(Failure) {
                        try requireConfirmations([.command(invocation)])
                    } catch {
                        show(error, of: nil, in: settings.format)
                        guard run.fail(with: error.status, in: self) else { break reading }
                        continue
                    }
                    guard await run.execute(invocation, in: self) else { break reading }
                case .statement: continue
                case .failure(let diagnostics):
                    show(diagnostics, in: settings.format)
                    guard run.fail(with: .usage, in: self) || checkOnly else { break reading }
                }
            }
        } catch {
            show(error, of: nil, in: settings.format)
            _ = run.fail(with: error.status, in: self)
        }
        return run.finish(in: self)
    }

    /// A run with nobody to ask ends before it begins where one of its commands would have to ask.
    package func requireConfirmations(_ statements: [Statement]) throws(Failure) {
        guard !settings.assumeYes, !settings.dryRun, !settings.canAsk else { return }
        for case .command(let invocation) in statements where invocation.syntax.asks(invocation) {
            guard invocation.option("--yes") == nil, invocation.option("--dry-run") == nil else { continue }
            throw Failure(
                Diagnostic(
                    "\(invocation.syntax.name) needs a confirmation, and there is no terminal", at: invocation.span,
                    in: invocation.source, help: "--yes confirms it beforehand"), status: .unconfirmed)
        }
    }
}
