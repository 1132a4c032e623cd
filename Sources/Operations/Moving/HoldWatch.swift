import ClusterAccess
import MultiNode
import Platform

/// Looks after one hold of those that write. Where it waits for a transaction of one of those that wait for it, neither would
/// ever end, and no server sees that: what is done while they are held is then broken off, and they are let go.
final class HoldWatch: Sendable {
    /// What is done while they are held.
    struct Work: Sendable {
        let chunk: TableName
        /// The copy that is made; nil for none.
        let operation: String?
        /// The nodes where it is done, and the processes of the sessions that compare, by the nodes' names.
        let nodes: [DataNode]
        let comparing: [String: Int]
    }

    private struct State {
        var isOver = false
        var isBreaking = false
        var found: HoldStandstill?
    }

    private let watch: CopyWatch
    private let work: Work
    private let state = Lock(State())
    private let looking = Lock<Task<Void, Never>?>(nil)

    init(_ watch: CopyWatch, _ work: Work) {
        (self.watch, self.work) = (watch, work)
    }

    /// What the hold waited for when it was broken off; nil where it was not.
    var found: HoldStandstill? { state.withLock { $0.found } }

    /// - Parameter process: of the session of the access node that holds.
    func begin(_ process: Int) {
        let task = Task(executorPreference: EventLoop.shared) { await self.look(process) }
        looking.withLock { $0 = task }
    }

    /// Behind it nothing is broken off any more.
    func end() async {
        let isBreaking = state.withLock { state in
            state.isOver = true
            return state.isBreaking
        }
        let task = looking.withLock { $0 }
        task?.cancel()
        if isBreaking { await task?.value }
    }

    private func look(_ process: Int) async {
        var looks = HoldLooks()
        while (try? await EventLoop.shared.sleep(until: .now.advanced(by: ChunkHold.look))) != nil {
            guard let waiting = await watch.waiting(behind: process) else { continue }
            let blocks =
                waiting.isEmpty ? [] : await watch.blocks(of: work.operation, work.chunk, on: work.nodes)
            guard let found = looks.note(waiting: waiting, blocks, at: .now) else { continue }
            let isOver = state.withLock { state in
                if state.isOver { return true }
                (state.isBreaking, state.found) = (true, found)
                return false
            }
            if isOver { return }
            await watch.breakOff(
                work.operation, work.chunk, of: process, comparing: work.comparing, on: work.nodes)
            state.withLock { $0.isBreaking = false }
        }
    }
}

/// How a hold of those that write ended.
enum HoldEnd<Value: Sendable>: Sendable {
    /// - Parameter held: how long they waited.
    case done(Value, held: Duration)
    /// The chunk or its hypertable is not there any more, or has another name.
    case gone
    /// All was undone, because it would never have ended.
    case givenBack(HoldStandstill)
}
