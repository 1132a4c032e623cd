extension Statement {
    /// Makes a statement of one of `ControlSyntax.simple`, as it was bound; of any other command, a command.
    ///
    /// - Parameter areArguments: whether the words came one by one from a command line, where none is bare.
    init(control invocation: Invocation, areArguments: Bool = false) throws(Diagnostic) {
        let name = invocation.syntax.name
        let nameSpan = Span(invocation.span.start, invocation.span.start + min(name.utf8.count, invocation.span.end))
        var reader = ConditionReader(invocation.operands, in: invocation.source, areArguments: areArguments)
        if invocation.syntax === ControlSyntax.include {
            guard let file = invocation.operands.first, let path = file.constantText(in: invocation.source) else {
                throw invocation.problem(
                    "the file of an include can't be a variable's value", at: invocation.operands[0].span,
                    help: "it is read before anything runs")
            }
            self = .include(Inclusion(invocation: invocation, file: path))
        } else if invocation.syntax === ControlSyntax.wait {
            let condition = try reader.condition(of: name, at: nameSpan)
            try reader.end(help: "usage: \(ControlSyntax.wait.usage)")
            self = .wait(Wait(invocation: invocation, condition: condition))
        } else if invocation.syntax === ControlSyntax.assertion {
            let condition = try reader.condition(of: name, at: nameSpan)
            let message = reader.trailingWord()
            try reader.end(help: "a message of several words is quoted")
            self = .assertion(Assertion(invocation: invocation, condition: condition, message: message))
        } else if invocation.syntax === ControlSyntax.sleep {
            self = .sleep(Pause(invocation: invocation))
        } else {
            self = .command(invocation)
        }
    }
}
