package import CommandLanguage

/// Whole runs: a parsed text, and a stream.
extension Session {
    /// Runs what has been parsed, and says what the run ends with.
    package func run(_ statements: [Statement]) async -> Int32 {
        var run = Run()
        for (index, statement) in statements.enumerated() {
            guard await run.execute(statement, in: self) else {
                run.end(before: statements[(index + 1)...], in: self)
                break
            }
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
                case .end: return run.finish(in: self)
                case .statement(let statement):
                    let faults = prepare([statement])
                    guard faults.isEmpty else {
                        show(faults, in: settings.format)
                        guard run.fail(with: .usage, in: self) || checkOnly else { break reading }
                        continue
                    }
                    if checkOnly { continue }
                    do throws(Failure) {
                        try requireConfirmations([statement])
                    } catch {
                        show(error, of: nil, in: settings.format)
                        guard run.fail(with: error.status, in: self) else { break reading }
                        continue
                    }
                    guard await run.execute(statement, in: self) else { break reading }
                case .failure(let diagnostics):
                    show(diagnostics, in: settings.format)
                    guard run.fail(with: .usage, in: self) || checkOnly else { break reading }
                }
            }
        } catch {
            show(error, of: nil, in: settings.format)
            _ = run.fail(with: error.status, in: self)
        }
        run.noticeSignal()
        return run.finish(in: self)
    }
}
