import CannedServers
import ClusterAccess
import MultiNode
import Platform
import Postgres
import Testing

/// How the access node is connected to, and data nodes beside it.
@Suite(.timeLimit(.minutes(1))) struct OpeningTests {
    private let canned = CannedCluster()
    private let asked = Lock<[String]>([])

    /// A person who gives these passwords, one after the other, and then none.
    private func person(_ passwords: String..., asksAtOnce: Bool = false) -> Login {
        let passwords = Lock(passwords)
        return Login(asksAtOnce: asksAtOnce) { [asked] user, _ in
            asked.withLock { $0.append(user ?? "nobody") }
            return passwords.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    private var given: [String?] { canned.servers.attempts.map { $0.parameters["password"] } }

    @Test func thePasswordIsAskedForWhenTheServerWantsOne() async throws {
        canned["an1"].openings = [.password("sesame")]
        let cluster = canned.cluster(login: person("sesame"))
        _ = try await cluster.link()
        #expect(given == [nil, "sesame"])
        #expect(asked.withLock { $0 } == ["postgres"])
        // It is kept for further connections to the same target.
        try await cluster.aside { _ in }
        #expect(given == [nil, "sesame", "sesame"])
        #expect(asked.withLock { $0.count } == 1)
    }

    @Test func itIsAskedForBeforeIfThePersonWantsThat() async throws {
        canned["an1"].openings = [.password("sesame")]
        let cluster = canned.cluster(login: person("sesame", asksAtOnce: true))
        _ = try await cluster.link()
        #expect(given == ["sesame"])
        try await cluster.aside { _ in }
        #expect(asked.withLock { $0.count } == 1)
    }

    @Test(arguments: [false, true]) func afterAWrongPasswordItIsAskedForAgain(asksAtOnce: Bool) async throws {
        canned["an1"].openings = [.password("sesame")]
        let cluster = canned.cluster(login: person("simsalabim", "sesame", asksAtOnce: asksAtOnce))
        _ = try await cluster.link()
        #expect(given.suffix(2) == ["simsalabim", "sesame"])
        #expect(asked.withLock { $0.count } == 2)
        try await cluster.aside { _ in }
        #expect(given.last == "sesame")
    }

    @Test func threeWrongOnesAreEnough() async throws {
        canned["an1"].openings = [.password("sesame")]
        let cluster = canned.cluster(login: person("a", "b", "c", "sesame"))
        let error = await failure { try await cluster.link() }
        #expect(error?.kind == .passwordRejected)
        #expect(error?.isAccessNodeUnreachable == true)
        #expect(error?.remedy == "check the password: -W asks for it, .pgpass and PGPASSWORD hold it")
        #expect(asked.withLock { $0.count } == 3)
        // None of them is kept.
        _ = try await cluster.link()
        #expect(given.last == "sesame")
    }

    @Test func whoeverGivesUpLearnsThatTheLastWasWrong() async {
        canned["an1"].openings = [.password("sesame")]
        let error = await failure { try await canned.cluster(login: person("simsalabim")).link() }
        #expect(error?.kind == .passwordRejected)
    }

    /// A password that nobody typed is not asked for instead.
    @Test func oneOfTheConnectionStringIsNotAskedFor() async {
        canned["an1"].openings = [.password("sesame")]
        var parameters = CannedCluster.parameters
        parameters["password"] = "simsalabim"
        let connection = AccessNodeConnection(
            ClusterTarget(parameters), login: person("sesame"), connector: canned.servers)
        let error = await failure { try await Cluster(connection).link() }
        #expect(error?.kind == .passwordRejected)
        #expect(asked.withLock { $0.isEmpty })
    }

    @Test func whoeverGivesNoPasswordIsNotConnected() async {
        canned["an1"].openings = [.password("sesame")]
        let error = await failure { try await canned.cluster(login: person()).link() }
        #expect(error?.message == "no password was given")
        #expect(error?.isAccessNodeUnreachable == true)
    }

    /// Ctrl-C at the question is one of the person's, and so the end of the run; the person is not asked again.
    @Test func whoeverInterruptsTheQuestionInterrupts() async {
        canned["an1"].openings = [.password("sesame")]
        let login = Login(asksAtOnce: false) { [asked] user, _ throws(ClusterError) in
            asked.withLock { $0.append(user ?? "nobody") }
            throw .interrupted
        }
        let error = await failure { try await canned.cluster(login: login).link() }
        #expect(error?.kind == .interrupted && error?.isAccessNodeUnreachable == false)
        #expect(asked.withLock { $0.count } == 1)
    }

    @Test func whereNobodyCanBeAskedTheErrorSaysWhatHelps() async {
        canned["an1"].openings = [.password("sesame")]
        let error = await failure { try await canned.cluster().link() }
        #expect(error?.kind == .passwordNeeded)
        #expect(error?.remedy == "-W asks for the password; .pgpass and PGPASSWORD hold it")
        #expect(canned.servers.attempts.count == 1)
    }

    @Test func anotherTargetHasAnotherPassword() async throws {
        canned["an1"].openings = [.password("sesame")]
        let cluster = canned.cluster(login: person("sesame"))
        _ = try await cluster.link()
        await cluster.connection.retarget(to: ClusterTarget(ConnectionParameters([("host", "dn1")])))
        #expect(canned.servers.open == 0)
        #expect(try await cluster.link().info.host == "dn1")
        #expect(given == [nil, "sesame", nil])
    }

    @Test func aServerThatIsDownIsUnreachable() async {
        canned["an1"].openings = [.down("an1")]
        let error = await failure { try await canned.cluster().nodes() }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.isAccessNodeUnreachable == true)
        #expect(error?.summary == "Connection refused")
        #expect(error?.remedy?.contains("'sandbox up' starts one here") == true)
    }

    @Test func whatIsKnownToStartAServerIsSaid() async {
        canned["an1"].openings = [.down("an1"), .down("an1")]
        let cluster = canned.cluster()
        let target = ClusterTarget(CannedCluster.parameters, start: "'sandbox start an1'")
        await cluster.connection.retarget(to: target)
        #expect(await failure { try await cluster.link() }?.remedy == "'sandbox start an1'")
        #expect(await failure { try await cluster.nodes() }?.remedy == "'sandbox start an1'")
    }

    @Test func whereItIsNotKnownWhichIsMeantNoneIsTried() async {
        let cluster = canned.cluster()
        await cluster.connection.retarget(to: ClusterTarget(ConnectionParameters([]), refusal: "one of two"))
        let error = await failure { try await cluster.link() }
        #expect(error?.message == "one of two" && error?.remedy == nil)
        #expect(error?.isAccessNodeUnreachable == true)
        #expect(await cluster.connection.openInBackground() == nil)
        #expect(canned.servers.attempts.isEmpty)
    }

    @Test func aServerThatHangsIsUnreachableToo() async {
        canned["an1"].openings = [.silence]
        let error = await failure { try await canned.cluster().nodes() }
        #expect(error?.kind == .timedOut)
        #expect(error?.isAccessNodeUnreachable == true)
        #expect(
            error?.remedy
                == "the server may be down or hanging, or need more time: --timeout and connect_timeout give it more")
    }

    @Test func whoeverInterruptsLearnsNothingOfTheServer() async {
        let gate = Gate()
        canned["an1"].openings = [.held(gate)]
        let cluster = canned.cluster()
        let task = Task { try await cluster.link() }
        await gate.isHolding(1)
        task.cancel()
        let error = await failure { try await task.value }
        #expect(error?.kind == .interrupted)
        #expect(error?.isAccessNodeUnreachable == false)
        #expect(canned.servers.open == 0)
    }

    /// The parameters of a connection to dn1, after the access node was connected to in this way.
    private func direct(
        _ parameters: [(keyword: String, value: String)] = [], login: Login = Login(),
        _ address: ServerAddress = ServerAddress(DataNode(name: "dn1", host: "dn1", database: "dist"))
    ) async throws -> ConnectionParameters {
        var all = CannedCluster.parameters
        for (keyword, value) in parameters { all[keyword] = value }
        let connection = AccessNodeConnection(ClusterTarget(all), login: login, connector: canned.servers)
        try await Cluster(connection).asking(address) { _ in }
        return try #require(canned.servers.attempts.last { $0.place == "dn1" }?.parameters)
    }

    @Test func aDataNodeIsConnectedToWithTheSameRoleAndCertificates() async throws {
        let direct = try await direct([("sslmode", "verify-full"), ("application_name", "mine")])
        #expect(direct["host"] == "dn1" && direct["port"] == "5432" && direct["dbname"] == "dist")
        #expect(direct["user"] == "postgres" && direct["sslmode"] == "verify-full")
        #expect(direct["password"] == nil)
        // By it its sessions are told from the access node's.
        #expect(direct["application_name"] == "tscl")
    }

    @Test(arguments: [false, true]) func aTypedPasswordIsForDataNodesToo(accessNodeWantsOne: Bool) async throws {
        canned["dn1"].openings = [.password("sesame")]
        if accessNodeWantsOne { canned["an1"].openings = [.password("sesame")] }
        let direct = try await direct(login: person("sesame", asksAtOnce: !accessNodeWantsOne))
        #expect(direct["password"] == "sesame")
        #expect(asked.withLock { $0.count } == 1)
    }

    @Test func soIsOneInTheConnectionString() async throws {
        canned["dn1"].openings = [.password("sesame")]
        #expect(try await direct([("password", "sesame")])["password"] == "sesame")
    }

    /// Whatever is there may be nobody's data node.
    @Test func anAddressThatTheAccessNodeDoesNotNameGetsNoPasswordButItsOwn() async throws {
        var typed = ServerAddress(name: "dn1", host: "dn1", port: 5432, database: "dist")
        #expect(try await direct([("password", "sesame")], typed)["password"] == nil)
        typed.password = "simsalabim"
        #expect(try await direct([("password", "sesame")], typed)["password"] == "simsalabim")
    }

    @Test func whatHelpsIsSaidOfTheNodeThatWantsAPassword() async throws {
        canned["dn1"].openings = [.password("sesame")]
        let none = await failure { try await direct() }
        #expect(none?.remedy?.contains("counts for data nodes too; .pgpass has one for each server") == true)
        let wrong = await failure { try await direct([("password", "simsalabim")]) }
        #expect(wrong?.remedy?.contains("is sent to data nodes too; .pgpass can hold another") == true)
    }

    @Test func backgroundWorkAsksNobodyAndGivesUpSoon() async {
        canned["an1"].openings = [.password("sesame")]
        let connection = canned.cluster(login: person("sesame")).connection
        #expect(await connection.openInBackground() == nil)
        #expect(asked.withLock { $0.isEmpty })
        #expect(canned.servers.attempts.map(\.timeout) == [.seconds(2)])
    }

    @Test func noticesSayWhereTheyComeFrom() async throws {
        let notice = ServerMessage(severity: "NOTICE", message: "hello")
        canned["an1"].answer("SELECT 1", .noticed(notice, .value("1")))
        canned["dn1"].answer(NodeState.anyQuery, .noticed(notice, .rows([CannedCluster.state(of: "dn1")])))
        let listener = RecordingListener()
        let cluster = canned.cluster(listener: listener)
        try await cluster.send("SELECT 1")
        _ = await cluster.probe(DataNode(name: "first", host: "dn1", database: "dist"))
        #expect(
            listener.events.filter { $0.hasSuffix("says: hello") }
                == ["access node says: hello", "first says: hello"])
    }

    @Test func aListenerCanPreventASending() async {
        let cluster = canned.cluster(listener: RecordingListener(refusing: ClusterError("the log is full")))
        #expect(await failure { try await cluster.send("SELECT 1") }?.message == "the log is full")
        #expect(canned.servers.sent.isEmpty)
    }
}
