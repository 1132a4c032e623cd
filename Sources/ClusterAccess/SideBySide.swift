import Platform
package import MultiNode
import Postgres

/// The result for one of several items that were worked on side by side.
package struct Answer<Item: Sendable, Value: Sendable>: Sendable {
    package let item: Item
    package let result: Result<Value, ClusterError>
    package let milliseconds: Double

    package init(item: Item, result: Result<Value, ClusterError>, milliseconds: Double) {
        self.item = item
        self.result = result
        self.milliseconds = milliseconds
    }

    package var value: Value? { try? result.get() }

    package var error: ClusterError? {
        guard case .failure(let error) = result else { return nil }
        return error
    }

    package func map(_ transform: (Value) -> Value) -> Answer {
        Answer(item: item, result: result.map(transform), milliseconds: milliseconds)
    }
}

extension Cluster {
    /// Does the same on several nodes side by side. The failure of a node is its answer, and does not stop the others.
    ///
    /// - Parameter parallel: the most nodes at once.
    package func onEach<Value: Sendable>(
        _ nodes: [DataNode], parallel: Int = 128,
        _ work: @escaping @Sendable (DataNode) async throws(ClusterError) -> Value
    ) async -> [Answer<DataNode, Value>] {
        await sideBySide(nodes, named: \.name, parallel: parallel, work)
    }

    /// Does the same with several items side by side.
    ///
    /// - Parameters:
    ///   - parallel: the most items at once.
    ///   - patience: how long one that is silent counts at most; then another is in hand besides, and before that if else
    ///     not all would have their turn. Nil where it always counts, as each has a connection to the access node, which is
    ///     to get no more of these.
    /// - Returns: the answers, in the order of the items.
    package func sideBySide<Item: Sendable, Value: Sendable>(
        _ items: [Item], named name: @escaping @Sendable (Item) -> String, parallel: Int = 64,
        patience: Duration? = Turn.usualPatience,
        _ work: @escaping @Sendable (Item) async throws(ClusterError) -> Value
    ) async -> [Answer<Item, Value>] {
        let progress = listener.willWork(on: items.map(name))
        defer { progress?.allEnded() }
        let patience = patience.map { Turn.patience(items.count, parallel: parallel, until: deadline, atMost: $0) }
        return await withTaskGroup(of: SideBySideEvent<Item, Value>.self) { group in
            var answers: [Answer<Item, Value>?] = Array(repeating: nil, count: items.count)
            var turns: [Turn] = []
            var silent: Set<Int> = []
            func start() {
                let index = turns.count
                guard index < items.count else { return }
                let (item, turn) = (items[index], Turn())
                turns.append(turn)
                group.addTask(executorPreference: EventLoop.shared) {
                    progress?.began(name(item))
                    let started = ContinuousClock.now
                    let result = await Turn.$current.withValue(turn) {
                        await self.result(of: item, hasWaited: index >= max(1, parallel), work)
                    }
                    if case .failure(let error) = result {
                        progress?.ended(name(item), error)
                    } else {
                        progress?.ended(name(item), nil)
                    }
                    let time = started.duration(to: .now).milliseconds
                    return .ended(index, Answer(item: item, result: result, milliseconds: time))
                }
                guard let patience, items.count > max(1, parallel) else { return }
                group.addTask(executorPreference: EventLoop.shared) {
                    try? await EventLoop.shared.sleep(until: .now.advanced(by: patience))
                    return .lasts(index)
                }
            }
            for _ in 0..<max(1, parallel) { start() }
            var left = items.count
            while left > 0, let event = await group.next() {
                switch event {
                case .ended(let index, let answer):
                    answers[index] = answer
                    left -= 1
                    if !silent.contains(index) { start() }
                case .lasts(let index):
                    guard answers[index] == nil, !turns[index].hasAnswered else { continue }
                    silent.insert(index)
                    start()
                }
            }
            // Nobody waits for the clocks that still run.
            group.cancelAll()
            return answers.compactMap { $0 }
        }
    }

    private func result<Item, Value>(
        of item: Item, hasWaited: Bool, _ work: @Sendable (Item) async throws(ClusterError) -> Value
    ) async -> Result<Value, ClusterError> {
        if hasWaited, let deadline, deadline <= .now, !Task.isCancelled { return .failure(.noTurn()) }
        do throws(ClusterError) {
            return .success(try await work(item))
        } catch {
            return .failure(error)
        }
    }
}

private enum SideBySideEvent<Item: Sendable, Value: Sendable>: Sendable {
    case ended(Int, Answer<Item, Value>)
    /// The item has been in hand for a while.
    case lasts(Int)
}
