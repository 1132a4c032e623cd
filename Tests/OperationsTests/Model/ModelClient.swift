import ClusterAccess
import Platform

/// One process that talks to a model cluster over an unreliable network.
final class ModelClient: Sendable {
    enum Purpose: Sendable {
        /// Asks something, and changes nothing.
        case question
        /// Does a part of what the step is for.
        case preparation
        /// Completes what the step is for.
        case effect
    }

    struct Call: Sendable {
        let name: String
        let purpose: Purpose
        let began: Duration
        var ended: Duration?
        /// Whether the server carried it out, whatever became of the answer.
        var isDone = false
        /// Whether the server's answer arrived.
        var isAnswered = false
        /// Whether the step was done at that time.
        var toldDone = false
    }

    private struct State: Sendable {
        var calls: [Call] = []
        var replies: [Int: @Sendable () -> Void] = [:]
        var isDead = false
    }

    let cluster: ModelCluster
    let time: VirtualTime
    private let faults: Int
    /// Whether the cluster says that a step is done.
    private let isDone: @Sendable (String, ModelCluster.State) -> Bool
    private let state = Lock(State())

    /// How long the server has to obey a cancellation.
    static let grace: Duration = .milliseconds(900)

    /// - Parameters:
    ///   - faults: how many statements in a hundred go wrong.
    ///   - isDone: whether the cluster says that a step is done.
    init(
        _ cluster: ModelCluster, _ time: VirtualTime, faults: Int,
        isDone: @escaping @Sendable (String, ModelCluster.State) -> Bool
    ) {
        self.cluster = cluster
        self.time = time
        self.faults = faults
        self.isDone = isDone
    }

    /// All statements sent so far, in order.
    var calls: [Call] { state.withLock { $0.calls } }

    /// Ends the process at once. The servers go on with what they have received.
    func kill() {
        let replies = state.withLock { state in
            state.isDead = true
            return state.replies.sorted { $0.key < $1.key }.map(\.value)
        }
        for end in replies { end() }
    }

    /// Sends a statement.
    ///
    /// - Parameters:
    ///   - name: the step that sends it.
    ///   - limit: how long the client waits.
    ///   - work: what the server does, repeated until there is a result. The number is kept between two times.
    func call<Answer: Sendable>(
        _ name: String, _ purpose: Purpose, within limit: Duration,
        _ work: @escaping @Sendable (inout ModelCluster.State, inout Int) -> Result<Answer, ClusterError>?
    ) async throws(ClusterError) -> Answer {
        guard !Task.isCancelled, !state.withLock({ $0.isDead }) else { throw .interrupted }
        let reply = Reply<Result<Answer, ClusterError>>()
        let id = begin(name, purpose) { reply.resolve(.failure(.interrupted)) }
        let request = ModelRequest(cluster, time) { [self] cluster, count in
            let result = work(&cluster, &count)
            if case .success = result { noteDone(id, name, cluster) }
            return result
        }
        dispatch(request, reply, within: limit)
        let result = await withTaskCancellationHandler {
            await reply.value
        } onCancel: {
            cancel(request, reply)
        }
        end(id, result)
        return try result.get()
    }

    private func begin(_ name: String, _ purpose: Purpose, _ whenKilled: @escaping @Sendable () -> Void) -> Int {
        let now = time.elapsed
        return state.withLock { state in
            state.calls.append(Call(name: name, purpose: purpose, began: now))
            state.replies[state.calls.count - 1] = whenKilled
            return state.calls.count - 1
        }
    }

    private func noteDone(_ id: Int, _ name: String, _ cluster: ModelCluster.State) {
        let toldDone = isDone(name, cluster)
        state.withLock { state in
            state.calls[id].isDone = true
            state.calls[id].toldDone = toldDone
        }
    }

    private func end<Answer>(_ id: Int, _ result: Result<Answer, ClusterError>) {
        let now = time.elapsed
        let isAnswered = if case .success = result { true } else { false }
        state.withLock { state in
            state.calls[id].ended = now
            state.calls[id].isAnswered = isAnswered
            state.replies[id] = nil
        }
    }

    private func dispatch<Answer: Sendable>(
        _ request: ModelRequest<Answer>, _ reply: Reply<Result<Answer, ClusterError>>, within limit: Duration
    ) {
        let (fault, way, back, late) = time.random { random in
            (
                Fault.draw(faults, using: &random), Duration.milliseconds(10 * Int.random(in: 0...3, using: &random)),
                Duration.milliseconds(10 * Int.random(in: 0...3, using: &random)),
                Duration.milliseconds(100 * Int.random(in: 0...50, using: &random))
            )
        }
        time.schedule(after: limit) { [self] in
            if reply.resolve(.failure(.timedOut)), time.random({ $0.isLucky(50) }) { request.withdraw() }
        }
        switch fault {
        case .none:
            request.execute(after: way) { [time] result in time.schedule(after: back) { reply.resolve(result) } }
        case .unreachable: time.schedule(after: way) { reply.resolve(.failure(.unreachable)) }
        case .refused: time.schedule(after: way) { reply.resolve(.failure(.outOfMemory)) }
        case .lost(.before): request.execute(after: way) { _ in reply.resolve(.failure(.connectionLost)) }
        case .lost(let effect):
            time.schedule(after: way) { reply.resolve(.failure(.connectionLost)) }
            if effect == .later { request.execute(after: way + late) { _ in } }
        case .hangs(.never): break
        case .hangs(let effect): request.execute(after: effect == .before ? way : limit / 2 + late) { _ in }
        }
    }

    /// Most servers obey a cancellation. Some don't answer in time, and some carry the statement out afterwards.
    private func cancel<Answer: Sendable>(
        _ request: ModelRequest<Answer>, _ reply: Reply<Result<Answer, ClusterError>>
    ) {
        switch time.random({ Int.random(in: 0..<4, using: &$0) }) {
        case 0: time.schedule(after: Self.grace) { reply.resolve(.failure(.interrupted)) }
        case 1: reply.resolve(.failure(.interrupted))
        default: if reply.resolve(.failure(.interrupted)) { request.withdraw() }
        }
    }
}
