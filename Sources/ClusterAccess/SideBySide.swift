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
}

extension Cluster {
    /// Does the same on several nodes side by side. The failure of a node is its answer, and does not stop the others.
    ///
    /// - Parameter parallel: the most nodes at once.
    package func onEach<Value: Sendable>(
        _ nodes: [DataNode], parallel: Int = 64,
        _ work: @escaping @Sendable (DataNode) async throws(ClusterError) -> Value
    ) async -> [Answer<DataNode, Value>] {
        await sideBySide(nodes, named: \.name, parallel: parallel, work)
    }

    /// Does the same with several items side by side.
    ///
    /// - Parameter parallel: the most items at once.
    /// - Returns: the answers, in the order of the items.
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
