package import CommandLanguage
import MultiNode
import Platform
import Postgres
import Rendering

/// One user's work on one cluster: the connection to the access node, what its server can do, the variables.
///
/// It runs on the event loop that its connections run on, so that no statement changes threads.
package actor Session {
    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

    package var settings: Settings
    package var variables: Variables
    package let output: Output
    package var target: ConnectionTarget
    private(set) var connection: Connection?
    /// What the access node's server can do; read when it is first needed on a connection.
    private(set) var capabilities: Capabilities?
    /// When the command that runs must be done.
    var deadline: ContinuousClock.Instant?
    /// How the run should end: what `quit N` said.
    var requestedExit: (status: Int32?, isRequested: Bool) = (nil, false)
    /// A password that a person typed for this target, for as long as the session lasts.
    private var typedPassword: String?
    /// The cluster's, once it was read.
    var identity: String?
    private var typedSecrets: [String] = []
    /// What is sent is written to it.
    package var log: AuditLog?
    /// The log could not be written: nothing more is sent.
    private var logFailure: Failure?
    /// The command that runs, as the log has it.
    var runningCommand = "connect"
    /// Whether what is sent has its part in a transaction that tscl has begun.
    var hasOpenTransaction = false
    /// The connection on which a transaction of the script is open.
    var block: Connection?
    /// The files that what runs includes.
    package var scripts = ScriptLibrary()
    /// The commands that a person has typed, oldest first; nil without a prompt.
    var typedCommands: (@Sendable () -> [String])?
    /// Whether standard input is not where the commands come from.
    package var inputIsFree = true

    package init(
        target: ConnectionTarget, output: Output, variables: Variables = Variables(), settings: Settings = Settings()
    ) {
        self.settings = settings
        self.target = target
        self.output = output
        self.variables = variables
        // Without a sandbox the name means what the user says.
        if let folder = target.sandbox?.socketFolder { self.variables["sandbox"] = Variables.Value(folder) }
    }

    // MARK: The access node

    /// The connection to the access node, opened when there is none.
    func accessNode() async throws(Failure) -> Connection {
        if let connection {
            if await connection.isOpen { return connection }
            try noticeLoss()
        }
        let connection = try await open(target.parameters)
        self.connection = connection
        capabilities = nil
        return connection
    }

    /// - Throws: where what comes next must not go on as if nothing had happened: a script knows not what is lost.
    private func noticeLoss() throws(Failure) {
        guard settings.isInteractive, block == nil else {
            throw Failure(
                "the connection to the access node was lost", status: .noConnection,
                remedy: "'reconnect' opens it again; 'heal list' shows what may be in doubt")
        }
        output.message("note: the connection to the access node was lost; it is opened again")
    }

    /// The access node of a cluster, or one that can become it.
    ///
    /// - Throws: one sentence where the server can't have data nodes.
    func cluster() async throws(Failure) -> (connection: Connection, capabilities: Capabilities) {
        let (connection, capabilities) = try await server()
        if let refusal = capabilities.refusal { throw Failure(refusal) }
        return (connection, capabilities)
    }

    /// The server that is connected, whatever it can do.
    func server() async throws(Failure) -> (connection: Connection, capabilities: Capabilities) {
        let connection = try await accessNode()
        if let capabilities { return (connection, capabilities) }
        let capabilities = try await readCapabilities(connection)
        self.capabilities = capabilities
        return (connection, capabilities)
    }

    /// Has what the server is and can do read anew: a first node makes it an access node, and gives it an identity.
    func forgetCapabilities() {
        capabilities = nil
        identity = nil
    }

    func connect(to target: ConnectionTarget) async throws(Failure) {
        await disconnect()
        self.target = target
        variables["sandbox"] = target.sandbox?.socketFolder.map { Variables.Value($0) }
        typedPassword = nil
        _ = try await accessNode()
    }

    func disconnect() async {
        await connection?.close()
        connection = nil
        capabilities = nil
        identity = nil
    }

    /// Another connection to the access node, for work side by side.
    func openAccessNode(within limit: Duration = .seconds(10)) async throws(Failure) -> Connection {
        try await open(target.parameters, within: limit)
    }

    private func readCapabilities(_ connection: Connection) async throws(Failure) -> Capabilities {
        let result = try await send(Capabilities.query, on: connection)
        guard let row = result.rows.first else { throw Failure("the server did not say what it can do") }
        let names = result.columns.map(\.name)
        return Capabilities(row: Dictionary(zip(names, row), uniquingKeysWith: { first, _ in first }))
    }

    private func open(
        _ given: ConnectionParameters, within limit: Duration = .seconds(10)
    ) async throws(Failure) -> Connection {
        var parameters = given
        if let typedPassword { parameters["password"] = typedPassword }
        if settings.mustAskPassword, typedPassword == nil { parameters["password"] = try await askPassword() }
        do throws(PostgresError) {
            return try await connection(parameters, node: nil, within: limit)
        } catch {
            guard error.kind == .passwordNeeded, settings.canAskPassword, settings.canAsk else {
                if error.kind == .passwordRejected { typedPassword = nil }
                throw Failure(opening: error)
            }
        }
        parameters["password"] = try await askPassword()
        do throws(PostgresError) {
            return try await connection(parameters, node: nil, within: limit)
        } catch {
            typedPassword = nil
            throw Failure(opening: error)
        }
    }

    private func askPassword() async throws(Failure) -> String {
        let user = target.parameters["user"].map { " for user \($0)" } ?? ""
        guard let password = await Question.password("Password\(user): ") else {
            throw Failure("no password was given", status: .noConnection)
        }
        typedPassword = password
        return password
    }

    func connection(
        _ parameters: ConnectionParameters, node: String?, within limit: Duration = .seconds(10)
    ) async throws(PostgresError) -> Connection {
        let output = output
        return try await Connection.open(parameters, timeout: remaining(atMost: min(limit, .seconds(10)))) { notice in
            output.notice(notice, node: node)
        }
    }

    /// A connection for what is looked at in the background: silent, asking nobody, and given up soon.
    func openInBackground() async -> Connection? {
        var parameters = target.parameters
        if let typedPassword { parameters["password"] = typedPassword }
        return try? await Connection.open(parameters, timeout: .seconds(2))
    }

    /// Hides a text in everything but data for as long as the session lasts.
    func hide(_ secret: String) {
        typedSecrets.append(secret)
        hideSecrets()
    }

    package func log(to log: AuditLog) { self.log = log }

    func hideSecrets() {
        output.hide(variables.secrets + typedSecrets)
    }

    // MARK: Statements

    /// The time that is left for the command that runs.
    func remaining(atMost limit: Duration) -> Duration {
        guard let deadline else { return limit }
        return min(limit, max(.milliseconds(1), ContinuousClock.now.duration(to: deadline)))
    }

    /// Sends one statement; everything that commands send goes through here.
    ///
    /// - Parameters:
    ///   - node: the data node it goes to; nil for the access node.
    ///   - timeout: how long it may take, besides what is left for the whole command.
    @discardableResult
    func send(
        _ sql: SQL, on connection: Connection, node: String? = nil, timeout: Duration? = nil
    ) async throws(Failure) -> QueryResult {
        if let logFailure { throw logFailure }
        if settings.showSQL { output.statement(sql.shown, node: node) }
        let started = ContinuousClock.now
        var limit = timeout
        if let deadline {
            let left = max(.milliseconds(1), started.duration(to: deadline))
            limit = min(limit ?? left, left)
        }
        let result: QueryResult
        do throws(PostgresError) {
            result = try await connection.execute(sql.text, sql.values, timeout: limit)
        } catch {
            var failure = loss(error, node: node) ?? Failure(error, node: node)
            if error.kind == .timedOut || error.kind == .cancelled, connection === self.connection,
                await !connection.isOpen
            {
                // It did not answer the request to stop either.
                let isTimedOut = error.kind == .timedOut
                failure = unknownOutcome(
                    of: failure,
                    because: isTimedOut ? failure.message : "interrupted, and the access node did not answer")
            }
            try record(sql, node, failure, started)
            throw failure
        }
        try record(sql, node, nil, started)
        return result
    }

    /// The loss of the access node's connection in the midst of a statement.
    func loss(_ error: PostgresError, node: String? = nil) -> Failure? {
        guard error.kind == .connectionLost, node == nil else { return nil }
        var failure = Failure(error)
        let cause = error.message.split(whereSeparator: \.isNewline).first.map { " (\($0))" } ?? ""
        failure.status = .noConnection
        return unknownOutcome(of: failure, because: "the connection to the access node was lost\(cause)")
    }

    /// A failure behind which nobody can be asked any more what became of the statement.
    private func unknownOutcome(of failure: Failure, because reason: String) -> Failure {
        var failure = failure
        if hasOpenTransaction {
            failure.message = "\(reason): the transaction is undone"
            failure.remedy = "try again when the access node answers; 'heal all' ends what is in doubt on data nodes"
        } else {
            failure.message = "\(reason): whether this took effect is not known"
            failure.remedy = "look whether it did before it is run again; then 'heal all'"
        }
        hasOpenTransaction = false
        return failure
    }

    /// Sends a statement to the access node that no command has asked for, on a connection of its own.
    ///
    /// - Returns: its rows; nil where they can't be had.
    func sendInBackground(
        _ sql: SQL, on connection: Connection, timeout: Duration
    ) async -> [[String: String?]]? {
        guard logFailure == nil, await connection.isOpen else { return nil }
        let started = ContinuousClock.now
        let answer: Result<QueryResult, PostgresError>
        do throws(PostgresError) {
            answer = .success(try await connection.execute(sql.text, sql.values, timeout: timeout))
        } catch {
            answer = .failure(error)
        }
        switch answer {
        case .success(let result):
            guard (try? record(sql, nil, nil, started, of: "completion")) != nil else { return nil }
            return result.records
        case .failure(let error):
            try? record(sql, nil, Failure(error), started, of: "completion")
            return nil
        }
    }

    /// Writes what was sent to the log.
    ///
    /// - Parameter command: what sent it; nil for the command that runs.
    func record(
        _ sql: SQL, _ node: String?, _ failure: Failure?, _ started: ContinuousClock.Instant,
        of command: String? = nil
    ) throws(Failure) {
        guard let log else { return }
        let entry = AuditLog.Entry(
            command: output.hiding(command ?? runningCommand), node: node, sql: output.hiding(sql.shown),
            failure: failure?.hiding(output.hiding), milliseconds: started.duration(to: .now).milliseconds)
        do throws(Failure) {
            try log.append(entry)
        } catch {
            var later = error
            later.remedy = "nothing more is sent: what can't be logged is not done"
            logFailure = later
            throw error
        }
    }
}
