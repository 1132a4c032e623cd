import CommandLanguage
import LanguageProperties
import Testing

/// The commands and errors of a text, of which the first must be a command.
func invocation(_ text: String) throws -> Invocation {
    var parser = Parser(SourceText(name: "t", text), table: table)
    switch parser.next() {
    case .statement(.command(let invocation)): return invocation
    case .failure(let diagnostics): throw diagnostics.first ?? NothingRead.failure
    case .statement(.sleep(let pause)): return pause.invocation
    case .statement, .incomplete, .end: throw NothingRead.failure
    }
}

enum NothingRead: Error { case failure }

/// The values of an `echo`, with variables replaced: one for each word.
func echoed(_ words: String, _ variables: Variables = Variables()) throws -> [String] {
    try Arguments(try invocation("echo " + words), variables: variables).operands("WORD").map(\.text)
}

func variables(_ values: [String: String], secrets: [String: String] = [:]) -> Variables {
    var variables = Variables(environment: { $0 == "HOME" ? "/home/me" : nil })
    for (name, value) in values { variables[name] = Variables.Value(value) }
    for (name, value) in secrets { variables[name] = Variables.Value(value, isSecret: true) }
    return variables
}

/// The message of the error that `body` throws; what it returned instead where it throws none.
func message<Result>(of body: () throws -> Result) -> String {
    do {
        return "no error: \(try body())"
    } catch let error as Diagnostic {
        return error.message
    } catch {
        return "\(error)"
    }
}

/// One row of a table of readings.
struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: [String]

    init(_ text: String, _ expected: String...) {
        self.text = text
        self.expected = expected
    }

    var testDescription: String { text.debugDescription }
}
