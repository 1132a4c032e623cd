package import ClusterAccess
package import MultiNode
import Platform
package import Postgres

/// Servers that exist only here: connections to them are ``CannedLink``s, and each answers as the test has told it to.
///
/// Nothing waits for time: what would last until a time limit ends at once.
package final class CannedServers: Connector {
    /// A statement that was sent.
    package struct Statement: Sendable, CustomStringConvertible {
        package let place: Place
        package let database: String
        /// The number of the connection, in the order of opening.
        package let link: Int
        package let text: String
        package let values: [String?]
        package let timeout: Duration?
        /// The number of the round trip; those that are sent together have one.
        package let trip: Int

        package var description: String { "\(place): \(text)" }
    }

    /// An attempt to connect.
    package struct Attempt: Sendable {
        package let place: Place
        package let parameters: ConnectionParameters
        package let limit: ConnectTimeout

        package var timeout: Duration { limit.duration }
    }

    private struct State {
        var servers: [Place: CannedServer] = [:]
        var sent: [Statement] = []
        var attempts: [Attempt] = []
        var links = 0
        var trips = 0
        var openLinks: [Int: Place] = [:]
        var mostOpen: [Place: Int] = [:]
        var observers: [(text: String, times: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Lock(State())

    package init() {}

    /// A server that is not known is down.
    package subscript(place: Place) -> CannedServer {
        get { state.withLock { $0.servers[place] ?? CannedServer() } }
        set { state.withLock { $0.servers[place] = newValue } }
    }

    /// All statements, in the order of sending.
    package var sent: [Statement] { state.withLock { $0.sent } }
    package var attempts: [Attempt] { state.withLock { $0.attempts } }
    /// How many connections were opened so far.
    package var opened: Int { state.withLock { $0.links } }
    /// How many connections are open now.
    package var open: Int { state.withLock { $0.openLinks.count } }

    /// How many connections to a place were open at most at once.
    package func mostOpen(at place: Place) -> Int { state.withLock { $0.mostOpen[place] ?? 0 } }

    /// The texts of the statements sent to one place.
    package func statements(to place: Place) -> [String] { sent.filter { $0.place == place }.map(\.text) }

    /// How often each connection was waited for, by its place, in the order of opening.
    package var trips: [(place: Place, trips: Int)] {
        Dictionary(grouping: sent, by: \.link).sorted { $0.key < $1.key }.compactMap { _, sent in
            sent.first.map { ($0.place, Set(sent.map(\.trip)).count) }
        }
    }

    package func forgetWhatWasSent() { state.withLock { $0.sent = [] } }

    /// Waits until one of them has received a statement.
    ///
    /// - Parameter times: so often.
    package func receive(_ sql: SQL, times: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isSent = state.withLock { state in
                let isSent = state.sent.count { $0.text == sql.text } >= times
                if !isSent { state.observers.append((sql.text, times, continuation)) }
                return isSent
            }
            if isSent { continuation.resume() }
        }
    }

    package nonisolated(nonsending) func open(
        _ parameters: ConnectionParameters, within timeout: ConnectTimeout,
        onNotice: @escaping @Sendable (ServerMessage) -> Void
    ) async throws(PostgresError) -> any Link {
        if Task.isCancelled { throw PostgresError(.cancelled, "cancelled while connecting") }
        let place = Place(host: parameters["host"], port: parameters["port"])
        let opening = state.withLock { state in
            state.attempts.append(Attempt(place: place, parameters: parameters, limit: timeout))
            return state.servers[place]?.opening() ?? .down(place)
        }
        switch opening {
        case .accepted: break
        case .refused(let error): throw error
        case .silence: throw PostgresError(.timedOut, "no connection within the time limit")
        case .held(let gate):
            guard await gate.pass() else { throw PostgresError(.cancelled, "cancelled while connecting") }
        case .password(let password):
            guard let given = parameters["password"] else {
                throw PostgresError(.passwordNeeded, "fe_sendauth: no password supplied")
            }
            guard given == password else {
                throw PostgresError(
                    .passwordRejected, ServerMessage(sqlstate: "28P01", message: "password authentication failed"))
            }
        }
        let number = state.withLock { state in
            state.links += 1
            state.openLinks[state.links] = place
            let open = state.openLinks.values.count { $0 == place }
            state.mostOpen[place] = max(open, state.mostOpen[place] ?? 0)
            return state.links
        }
        return CannedLink(number, at: place, parameters, to: self, onNotice)
    }

    // MARK: For the links

    func reply(to statement: Statement) -> (own: Reply?, otherwise: Reply) {
        let (own, otherwise, observers) = state.withLock { state in
            state.sent.append(statement)
            let times = state.observers.isEmpty ? 0 : state.sent.count { $0.text == statement.text }
            func isMet(_ observer: (text: String, times: Int, continuation: CheckedContinuation<Void, Never>)) -> Bool {
                observer.text == statement.text && observer.times <= times
            }
            let observers = state.observers.filter(isMet).map(\.continuation)
            state.observers.removeAll(where: isMet)
            return (
                state.servers[statement.place]?.reply(to: statement.text)
                    ?? CannedPing.reply(to: statement) { state.servers[Place(stringLiteral: $0)] },
                state.servers[statement.place]?.otherwise ?? .lost, observers
            )
        }
        for observer in observers { observer.resume() }
        return (own, otherwise)
    }

    /// The number of another round trip.
    func nextTrip() -> Int {
        state.withLock { state in
            state.trips += 1
            return state.trips
        }
    }

    func noteClosed(_ link: Int) { _ = state.withLock { $0.openLinks.removeValue(forKey: link) } }
}
