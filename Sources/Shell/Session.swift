package import ClusterAccess
package import CommandLanguage
import MultiNode
import Platform
import Postgres

/// One user's work on one cluster: makes the parts for the prompt, files and standard input, and keeps the connection to
/// the access node.
package struct Session: Sendable {
    package let interpreter: Interpreter
    package let output: Output

    package init(
        _ target: ConnectionTarget, output: Output, stopping: Stopping = Stopping(), log: AuditLog? = nil,
        variables: Variables = Variables(),
        settings: Settings = Settings(), login: Login = Login(), connector: any Connector = ServerConnector()
    ) {
        self.output = output
        let connection = AccessNodeConnection(target.cluster, login: login, connector: connector)
        interpreter = Interpreter(
            target, connection, output: output, stopping: stopping, log: log, variables: variables, settings: settings)
    }

    /// Runs what has been parsed, and says what the run ends with.
    ///
    /// - Parameter faults: what is wrong in it already; then nothing runs.
    package func run(_ statements: [Statement], faults: [Diagnostic] = []) async throws(Failure) -> Int32 {
        let faults = faults + (await interpreter.prepare(statements))
        Presentation(output, await interpreter.settings).show(FaultList(faults))
        guard faults.isEmpty else { return ExitStatus.usage.rawValue }
        return await interpreter.end(await interpreter.run(statements))
    }

    /// Runs commands as they arrive; a syntax error is a failed command.
    package func run(_ input: InputReader) async -> Int32 {
        await interpreter.end(await interpreter.run(input))
    }

    /// The prompt, until its end.
    package func interact(readsRC: Bool) async throws(Failure) -> Int32 {
        try await InteractiveShell(interpreter, output, readsRC: readsRC).run()
    }

    /// What may come next on tscl's command line.
    package func completion(of words: [String]) async -> ArgumentCompleter.Answer {
        await ArgumentCompletion(interpreter).answer(words)
    }
}
