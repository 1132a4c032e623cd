import Platform
package import MultiNode
import Postgres

/// What became of one of several things that were done side by side.
package struct Answer<Item: Sendable, Value: Sendable>: Sendable {
    package let item: Item
    package let result: Result<Value, ClusterError>
    package let milliseconds: Double

    package var value: Value? { try? result.get() }

    package var error: ClusterError? {
        guard case .failure(let error) = result else { return nil }
        return error
    }
}

extension Cluster {
    /// Does the same on several nodes side by side; a node's failure is its answer and holds up no other.
    ///
    /// - Parameter parallel: how many at once.
    package func onEach<Value: Sendable>(
        _ nodes: [DataNode], parallel: Int = 64,
        _ work: @escaping @Sendable (DataNode) async throws(ClusterError) -> Value
    ) async -> [Answer<DataNode, Value>] {
        await sideBySide(nodes, named: \.name, parallel: parallel, work)
    }

    /// Does the same with several things side by side.
    ///
    /// - Parameter parallel: how many at once.
    /// - Returns: what became of each, in their order.
    package func sideBySide<Item: Sendable, Value: Sendable>(
        _ items: [Item], named name: @escaping @Sendable (Item) -> String, parallel: Int = 64,
        _ work: @escaping @Sendable (Item) async throws(ClusterError) -> Value
    ) async -> [Answer<Item, Value>] {
        let progress = listener.willWork(on: items.map(name))
        defer { progress?.allEnded() }
        return await withTaskGroup(of: (Int, Answer<Item, Value>).self) { group in
            var answers: [Answer<Item, Value>?] = Array(repeating: nil, count: items.count)
            var next = 0
            func start() {
                guard next < items.count else { return }
                let (index, item) = (next, items[next])
                next += 1
                group.addTask(executorPreference: EventLoop.shared) {
                    progress?.began(name(item))
                    let started = ContinuousClock.now
                    let result: Result<Value, ClusterError>
                    do throws(ClusterError) {
                        result = .success(try await work(item))
                        progress?.ended(name(item), nil)
                    } catch {
                        result = .failure(error)
                        progress?.ended(name(item), error)
                    }
                    let time = started.duration(to: .now).milliseconds
                    return (index, Answer(item: item, result: result, milliseconds: time))
                }
            }
            for _ in 0..<max(1, parallel) { start() }
            while let (index, answer) = await group.next() {
                answers[index] = answer
                start()
            }
            return answers.compactMap { $0 }
        }
    }
}
