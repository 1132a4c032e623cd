package import MultiNode
package import Platform
package import Postgres

/// The connection to the access node, kept from command to command, with its target and the capabilities of its server.
///
@LoopActor package final class AccessNodeConnection {
    package private(set) var target: ClusterTarget
    package private(set) var link: (any Link)?
    /// The server's capabilities; nil until they are read.
    package private(set) var capabilities: Capabilities?
    private let connector: any Connector
    private let login: Login
    /// The password that was typed for this target, kept as long as the target is the same.
    private var typedPassword: String?
    /// Whether a lost connection is opened again; a script must not go on as if nothing had happened.
    private var reopens = false
    /// Whether what runs now needs nothing that a session keeps, so that it goes on over a new one where its own is lost.
    private var renews = false
    /// The link of the session that was lost, and followed by another, while that was so.
    private var lostMeanwhile: (any Link)?
    /// Whether the connection was given up because the access node did not answer in time.
    private var wasGivenUp = false
    /// The transaction that is open. One that was lost with its connection counts as open until the user has been told.
    package private(set) var transaction = OpenTransaction.none

    /// The first words of the last statement that the session keeps something of: a setting, a role, a temporary table. On a
    /// new connection what comes next would be done otherwise.
    private var keptBySession: String?

    private var doubts: [NodeInDoubt] = []
    /// The server's processes for the links besides the session's own that are in use.
    private var otherProcesses: [Int] = []
    /// The names of the data nodes that are asked directly, one for each question.
    private var asked: [String] = []

    /// Its links besides the session's own that are kept from command to command: they are as right as this one is.
    package nonisolated let kept: KeptLinks
    /// The data nodes as they were read last over this connection.
    private(set) var knownNodes: KnownNodes?
    package nonisolated let knownArrays = KnownArrays()
    /// Whether what runs is tscl's own work, step by step, whose sessions no setting of the role is to end.
    private(set) var isOwnWork: Bool
    /// What its own session had of such settings before they were set aside.
    private var setAside: (link: any Link, before: [(name: String, value: String)])?
    private let opening = SingleFlight<any Link>()
    private let reading = SingleFlight<Capabilities>()

    /// A transaction on the access node, by who has begun it.
    package enum OpenTransaction: Sendable {
        case none
        /// A command's own.
        case command
        /// A script's `transaction { … }`, which later commands belong to.
        case script
        /// The user's own SQL (`BEGIN`).
        case written
    }

    package nonisolated init(
        _ target: ClusterTarget, login: Login = Login(), connector: any Connector = ServerConnector(),
        kept: KeptLinks = KeptLinks(longestIdle: .seconds(3)), isOwnWork: Bool = false
    ) {
        self.kept = kept
        self.isOwnWork = isOwnWork
        self.target = target
        self.login = login
        self.connector = connector
    }

    /// Another one to the same access node, which asks nobody for a password.
    package func another() -> AccessNodeConnection {
        var target = target
        if let typedPassword { target.parameters["password"] = typedPassword }
        return AccessNodeConnection(target, connector: connector, isOwnWork: isOwnWork)
    }

    /// One to another server for tscl's own work, opened in the same way, which asks nobody for a password.
    nonisolated func another(to target: ClusterTarget) -> AccessNodeConnection {
        AccessNodeConnection(target, connector: connector, isOwnWork: true)
    }

    package func reopensWhenLost() { reopens = true }

    package var isConnected: Bool { link?.isOpen ?? false }

    /// Whether there was a connection that has ended by itself.
    package var isLost: Bool { link.map { !$0.isOpen } ?? false }

    /// Whether its session keeps nothing that another one would lack.
    package var keepsNothing: Bool { transaction == .none && keptBySession == nil }

    /// The server's processes that work for this connection, as far as it has any.
    var processes: [Int] {
        guard let link, link.isOpen else { return otherProcesses }
        return [link.info.backendPID] + otherProcesses
    }

    /// The data nodes that tscl asks itself at the moment.
    var askedNodes: Set<String> { Set(asked) }

    func begin(asking node: String) { asked.append(node) }

    func end(asking node: String) { asked.firstIndex(of: node).map { _ = asked.remove(at: $0) } }

    func begin(using link: any Link) { otherProcesses.append(link.info.backendPID) }

    func end(using link: any Link) { otherProcesses.removeAll { $0 == link.info.backendPID } }

    // MARK: Opening and closing

    /// The link to the access node, where it is open, and nothing is to be done before it is used.
    var readyLink: (any Link)? {
        guard let link, link.isOpen, !isOwnWork || setAside?.link === link || transaction != .none else { return nil }
        return link
    }

    /// The link to the access node, opened if there is none.
    func openLink(for cluster: Cluster) async throws(ClusterError) -> any Link {
        let link = try await openUsualLink(for: cluster)
        // A transaction that the user has begun goes by what the user has set.
        guard isOwnWork, setAside?.link !== link, transaction == .none else { return link }
        setAside = (link, [])
        let before = await Self.setLimitsAside(on: link, within: cluster.remaining(atMost: .seconds(5)))
        if setAside?.link === link { setAside = (link, before) }
        guard let ending = Self.ending(of: link) else { return link }
        throw explained(ending, of: link, node: nil)
    }

    private func openUsualLink(for cluster: Cluster) async throws(ClusterError) -> any Link {
        if let link {
            if link.isOpen { return link }
            let ending = link.ending
            // Another has opened the next one meanwhile.
            guard self.link === link else { return try await openUsualLink(for: cluster) }
            try noticeLoss(of: link, ending, cluster.listener)
        } else if transaction == .script {
            // It was disconnected meanwhile: on a new connection the rest would take effect by itself.
            throw Self.lostTransaction()
        }
        return try await opening.value(by: cluster.deadline) { () throws(ClusterError) in try await self.open(cluster) }
    }

    private func open(_ cluster: Cluster) async throws(ClusterError) -> any Link {
        let link = try await openUsual(for: cluster)
        self.link = link
        kept.forget()
        wasGivenUp = false
        forgetServer()
        return link
    }

    /// - Parameter ending: how it ended, as far as that is known.
    private func noticeLoss(
        of lost: any Link, _ ending: String?, _ listener: any ClusterListener
    ) throws(ClusterError) {
        let isLost = transaction == .written
        if isLost { transaction = .none }
        let reason =
            (wasGivenUp
                ? "the connection to the access node was given up, as it did not answer in time"
                : "the connection to the access node was lost") + (ending.map { ": \($0)" } ?? "")
        guard reopens || renews, transaction == .none else {
            if isLost { throw Self.lostTransaction() }
            var error = Self.loss(reason, remedy: reopens ? Self.afterLoss : Self.afterRun)
            error.lossReason = error.message
            throw error
        }
        if !reopens { lostMeanwhile = lostMeanwhile ?? lost }
        link = nil
        opening.forget()
        if reopens, !isLost, let words = keptBySession {
            keptBySession = nil
            throw Self.loss(
                "\(reason); what the session kept is gone with it, as of '\(words)'",
                remedy: "the next command opens it again, without that")
        }
        // On a new connection a statement of that transaction would take effect by itself.
        if isLost { throw Self.lostTransaction(remedy: "the next command opens the connection again") }
        listener.willReconnect(because: reason)
    }

    static func lostTransaction(remedy: String = afterLoss) -> ClusterError {
        loss("the transaction was lost with its connection; nothing of it took effect", remedy: remedy)
    }

    private static let afterLoss = "'reconnect' opens it again; 'heal list' shows what may be in doubt"
    /// Where there is no prompt to write that at.
    private static let afterRun =
        "run it again when the access node answers; a script that is to go on opens it again by 'reconnect'; 'heal list' "
        + "shows what may be in doubt"

    private static func loss(_ message: String, remedy: String = afterLoss) -> ClusterError {
        var error = ClusterError(message, remedy: remedy)
        error.isAccessNodeUnreachable = true
        return error
    }

    /// Changes the target. The next request connects to the new one.
    package func retarget(to target: ClusterTarget) {
        disconnect()
        if target != self.target { typedPassword = nil }
        self.target = target
        knownArrays.forget()
    }

    /// Notes what somebody wrote and the session has done.
    func noteKept(by sql: SQL) {
        guard let words = sql.leavingWords else { return }
        keptBySession = words.isEmpty ? nil : words
    }

    package func disconnect() {
        keptBySession = nil
        kept.forget()
        link?.close()
        link = nil
        if transaction == .written { transaction = .none }
        opening.forget()
        forgetServer()
    }

    /// Opens another link to the access node, for work side by side.
    ///
    /// - Parameter onNotice: gets its notices; nil where they are the command's that opens it.
    func openAnother(
        for cluster: Cluster, onNotice: (@Sendable (ServerMessage) -> Void)? = nil
    ) async throws(ClusterError) -> any Link {
        let link = try await openUsual(for: cluster, onNotice: onNotice)
        guard isOwnWork else { return link }
        _ = await Self.setLimitsAside(on: link, within: cluster.remaining(atMost: .seconds(5)))
        guard let ending = Self.ending(of: link) else { return link }
        throw ClusterError(opening: ending, start: target.start)
    }

    private func openUsual(
        for cluster: Cluster, onNotice: (@Sendable (ServerMessage) -> Void)? = nil
    ) async throws(ClusterError) -> any Link {
        if let refusal = target.refusal { throw ClusterError(refusingToOpen: refusal) }
        var parameters = target.parameters
        if let typedPassword { parameters["password"] = typedPassword }
        if login.asksAtOnce, typedPassword == nil { parameters["password"] = try await askPassword() }
        var wrong = 0
        while true {
            do throws(PostgresError) {
                return try await connect(parameters, cluster, onNotice)
            } catch {
                let isTyped = typedPassword != nil
                if error.kind == .passwordRejected { typedPassword = nil }
                switch error.kind {
                case .passwordNeeded where login.ask != nil && !isTyped:
                    parameters["password"] = try await askPassword()
                case .passwordRejected where login.ask != nil && isTyped && wrong < Login.attempts - 1:
                    wrong += 1
                    guard let password = try await login.ask?(target.parameters["user"], true) else {
                        throw ClusterError(opening: error)
                    }
                    typedPassword = password
                    parameters["password"] = password
                default: throw ClusterError(opening: error, start: target.start)
                }
            }
        }
    }

    private func connect(
        _ parameters: ConnectionParameters, _ cluster: Cluster, _ onNotice: (@Sendable (ServerMessage) -> Void)?
    ) async throws(PostgresError) -> any Link {
        let listener = cluster.listener
        let isOpen = listener.willWait(for: .connection(to: target.place))
        defer { isOpen?() }
        return try await connector.open(
            parameters, within: cluster.connectTimeout, onNotice: onNotice ?? { listener.received($0, from: nil) })
    }

    private func askPassword() async throws(ClusterError) -> String {
        guard let password = try await login.ask?(target.parameters["user"], false) else {
            var error = ClusterError("no password was given")
            error.isAccessNodeUnreachable = true
            throw error
        }
        typedPassword = password
        return password
    }

    /// Opens a link for background work. It is silent, asks nobody for a password, and gives up soon.
    package func openInBackground() async -> (any Link)? {
        guard target.refusal == nil else { return nil }
        var parameters = target.parameters
        if let typedPassword { parameters["password"] = typedPassword }
        return try? await connector.open(parameters, within: .atMost(.seconds(2))) { _ in }
    }

    /// Opens a link to the server that an address leads to from here, with the role of the access node's connection.
    ///
    /// A data node also gets the password of that connection, however it was given, as libpq would give it PGPASSWORD.
    ///
    /// - Parameter onNotice: gets its notices; nil where they are the command's that opens it.
    func openDirectly(
        _ address: ServerAddress, for cluster: Cluster, timeout: Duration,
        onNotice: (@Sendable (ServerMessage) -> Void)? = nil
    ) async throws(ClusterError) -> any Link {
        let direct = DirectConnection(address, besides: try await openLink(for: cluster).info)
        if let refusal = direct.refusal { throw refusal }
        let (listener, name) = (cluster.listener, address.name)
        let isOpen = listener.willWait(for: .connection(to: name))
        defer { isOpen?() }
        let start = ContinuousClock.now
        do throws(PostgresError) {
            let link = try await connector.open(
                direct.parameters, within: .atMost(cluster.remaining(atMost: timeout)),
                onNotice: onNotice ?? { listener.received($0, from: name) })
            let left = max(.milliseconds(100), timeout - start.duration(to: .now))
            guard isOwnWork else { return link }
            _ = await Self.setLimitsAside(on: link, within: cluster.remaining(atMost: left))
            if let ending = Self.ending(of: link) { throw ending }
            return link
        } catch {
            throw direct.explained(error)
        }
    }

    // MARK: Own work

    /// Has the sessions of what runs from now on go on, whatever limits the role has.
    package func beginOwnWork() { isOwnWork = true }

    /// Gives the session back what the user has set, for what the user writes next.
    package func endOwnWork() async {
        guard isOwnWork else { return }
        isOwnWork = false
        guard let (link, before) = setAside else { return }
        setAside = nil
        if before.isEmpty { return }
        let sql = SessionLimits.restoring(before)
        // Also where it was interrupted. What is written next is not to run without the limits that its writer has set.
        await Task {
            let isDone = (try? await link.execute(sql.text, sql.values, timeout: .seconds(5), patience: .none)) != nil
            if !isDone { link.close() }
        }.value
    }

    /// - Returns: what was another in the session. Where it can't be set aside, it stays, and what it ends tells of it.
    static func setLimitsAside(
        on link: any Link, within limit: Duration
    ) async -> [(name: String, value: String)] {
        let statements = SessionLimits.settingAside(process: link.info.backendPID).map { ($0.text, $0.values) }
        let answers = try? await link.pipeline(
            statements, window: statements.count, limit: .all(limit), sending: { _ in true }
        ) { _, _ in true }
        let rows = (answers ?? []).flatMap { answer in (try? answer.get())?.records ?? [] }
        return rows.compactMap { row in
            guard case let name?? = row["name"], case let value?? = row["before"], value != "0" else { return nil }
            return (name, value)
        }
    }

    /// Why a connection is of no use that was open a moment ago: its server was too slow at its first statements, so that
    /// it had to be given up; nil where it can be used.
    private static func ending(of link: any Link) -> PostgresError? {
        if link.isOpen { return nil }
        return Task.isCancelled
            ? PostgresError(.cancelled, "cancelled while connecting")
            : PostgresError(.timedOut, "no answer within the time limit")
    }

    /// Has what runs from now on go on over a new session where its own is lost: it needs nothing that a session keeps.
    package func beginRenewing() { renews = true }

    /// Has what comes next hear that its session was lost, where it was: it may need what that one kept.
    package func endRenewing() {
        renews = false
        guard let lost = lostMeanwhile else { return }
        lostMeanwhile = nil
        kept.forget()
        link?.close()
        link = lost
        opening.forget()
        forgetServer()
    }

    // MARK: What the server is

    /// The server's capabilities, read when they are first needed on a link.
    func capabilities(for cluster: Cluster) async throws(ClusterError) -> Capabilities {
        try await capabilities(for: cluster, with: []).0
    }

    /// The same, with the answers to questions that go to the server in the same round trip.
    ///
    /// - Returns: no answers, if they are known to be worth nothing because the server can't have data nodes.
    func capabilities(
        for cluster: Cluster, with questions: [SQL]
    ) async throws(ClusterError) -> (Capabilities, [Result<QueryResult, ClusterError>]) {
        let link = try await openLink(for: cluster)
        if let capabilities { return (capabilities, try await cluster.ask(questions, on: link)) }
        // What a server without multi-node refuses would end an open transaction.
        let besides = transaction == .none ? questions : []
        let answers = Lock<[Result<QueryResult, ClusterError>]?>(nil)
        let read = try await reading.value(by: cluster.deadline) { () throws(ClusterError) in
            let all = try await cluster.ask([Capabilities.query] + besides, on: try await cluster.link())
            answers.withLock { $0 = Array(all.dropFirst()) }
            guard let row = try all.first?.get().records.first else {
                throw ClusterError("the server did not say what it can do")
            }
            return Capabilities(row: row)
        }
        capabilities = read
        // Another may have asked for the capabilities alone.
        if besides.count == questions.count, let answers = answers.withLock({ $0 }) { return (read, answers) }
        guard read.refusal == nil else { return (read, []) }
        return (read, try await cluster.ask(questions, on: link))
    }

    /// Makes the capabilities be read again: adding a first node changes the role of the server, and its identity.
    package func forgetServer() {
        capabilities = nil
        knownNodes = nil
        reading.forget()
    }

    func note(_ nodes: KnownNodes) { knownNodes = nodes }

    // MARK: Transactions

    func setTransaction(_ transaction: OpenTransaction) { self.transaction = transaction }

    /// Notices that the user's own SQL has begun or ended a transaction.
    ///
    /// - Returns: whether it has ended one.
    @discardableResult
    func noticeTransaction(on link: any Link) -> Bool {
        guard link === self.link, transaction == .none || transaction == .written else { return false }
        switch link.transactionStatus {
        case .inTransaction, .failed: transaction = .written
        case .idle:
            defer { transaction = .none }
            return transaction == .written
        case .active, .unknown: break
        }
        return false
    }

    /// Whether the user's own SQL has begun a transaction on a link, which has not failed.
    func hasWrittenTransaction(on link: any Link) -> Bool {
        guard link === self.link, transaction == .written else { return false }
        return link.transactionStatus == .inTransaction
    }

    /// Forgets a transaction whose COMMIT was the last that its connection got.
    func endTransaction(on link: any Link) {
        if link === self.link { transaction = .none }
    }

    /// Keeps the data nodes of which the server warned at the end of a transaction.
    func noteDoubts(in result: QueryResult, on link: any Link) {
        guard !result.warnings.isEmpty, result.commandTag != "ROLLBACK" else { return }
        // COMMIT AND CHAIN has begun the next one already.
        guard link.transactionStatus == .idle || result.commandTag == "COMMIT" else { return }
        doubts += result.warnings.compactMap { NodeInDoubt($0) }
    }

    /// The data nodes that were left in doubt since the last call.
    package func takeDoubts() -> [NodeInDoubt] {
        defer { doubts = [] }
        return doubts
    }

    /// Whether the user's own transaction was lost with its connection, and the user has not been told.
    package var hasLostTransaction: Bool { transaction == .written && isLost }

    /// Ends a transaction that was lost with its connection: there is nothing to roll back.
    package func endLostTransaction() { transaction = .none }

    /// The error of a statement, with what is known of its effect if the access node can't be asked any more.
    ///
    /// - Parameter outcome: what became of the transaction that the statement was by itself.
    package func explained(
        _ error: PostgresError, of link: any Link, node: String?, _ outcome: TransactionOutcome = .unknown
    ) -> ClusterError {
        var failure = ClusterError(error, node: node)
        guard node == nil else { return failure }
        // The loss of a link for work side by side says nothing about the session's own, nor about its transaction.
        guard link === self.link else {
            if error.kind == .connectionLost {
                failure.lossReason = Self.lossMessage(of: error)
                failure.message = "\(Self.lossMessage(of: error)): whether this took effect is not known"
            }
            return failure
        }
        if error.isOfServer, transaction == .none, !link.isOpen {
            // The access node has refused it, and then was held up by what it does on data nodes.
            failure.remedy = "'heal all' ends what a data node may still hold of it"
            return failure
        }
        switch error.kind {
        case .connectionLost:
            failure.isAccessNodeUnreachable = outcome == .unknown
            return ending(failure, because: Self.lossMessage(of: error), outcome)
        case .timedOut, .cancelled:
            // A closed link means that the access node did not answer the cancel request either.
            guard !link.isOpen else { return failure }
            let isTimedOut = error.kind == .timedOut
            wasGivenUp = true
            return ending(
                failure, because: isTimedOut ? failure.message : "interrupted, and the access node did not answer",
                outcome)
        default: return failure
        }
    }

    private static func lossMessage(of error: PostgresError) -> String {
        let cause = error.message.split(whereSeparator: \.isNewline).first.map { " (\($0))" } ?? ""
        return "the connection to the access node was lost\(cause)"
    }

    /// The error of a statement at which the connection ended.
    private func ending(
        _ failure: ClusterError, because reason: String, _ outcome: TransactionOutcome
    ) -> ClusterError {
        guard transaction != .none else { return failure.ofStatement(because: reason, outcome) }
        var failure = failure
        failure.message = "\(reason): the transaction is undone"
        failure.remedy = "try again when the access node answers; 'heal all' ends what is in doubt on data nodes"
        if transaction == .command { transaction = .none }
        return failure
    }
}
