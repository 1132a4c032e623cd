import MultiNode
import Platform
import Rendering

/// Work on several things at once.
extension Session {
    /// Does the same on several nodes side by side; a node's failure is its result and holds up no other.
    ///
    /// - Parameter parallel: how many at once.
    func onEach<Answer: Sendable>(
        _ nodes: [DataNode], parallel: Int = 64,
        _ work: @escaping @Sendable (DataNode) async throws(Failure) -> Answer
    ) async -> [(node: DataNode, answer: Result<Answer, Failure>, milliseconds: Double)] {
        await sideBySide(nodes, named: \.name, parallel: parallel, work).map { ($0.item, $0.answer, $0.milliseconds) }
    }

    /// Does the same with several things side by side, and shows on a terminal how far it is where that takes a while.
    ///
    /// - Parameter parallel: how many at once.
    /// - Returns: what became of each, in their order.
    func sideBySide<Item: Sendable, Answer: Sendable>(
        _ items: [Item], named name: @escaping @Sendable (Item) -> String, parallel: Int = 64,
        _ work: @escaping @Sendable (Item) async throws(Failure) -> Answer
    ) async -> [(item: Item, answer: Result<Answer, Failure>, milliseconds: Double)] {
        let output = output
        let progress = output.progress(of: items.map(name))
        defer { output.end(progress) }
        return await withTaskGroup(
            of: (Int, Result<Answer, Failure>, Double).self,
            returning: [(item: Item, answer: Result<Answer, Failure>, milliseconds: Double)].self
        ) { group in
            var results: [(item: Item, answer: Result<Answer, Failure>, milliseconds: Double)?]
            results = Array(repeating: nil, count: items.count)
            var next = 0
            func start() {
                guard next < items.count else { return }
                let index = next
                let item = items[index]
                next += 1
                group.addTask(executorPreference: EventLoop.shared) {
                    progress?.update(name(item), .running)
                    let started = ContinuousClock.now
                    let answer: Result<Answer, Failure>
                    do throws(Failure) {
                        answer = .success(try await work(item))
                        progress?.update(name(item), .done(""))
                    } catch {
                        answer = .failure(error)
                        progress?.update(name(item), .failed(output.hiding(error.summary)))
                    }
                    return (index, answer, started.duration(to: .now).milliseconds)
                }
            }
            for _ in 0..<max(1, parallel) { start() }
            while let (index, answer, milliseconds) = await group.next() {
                results[index] = (items[index], answer, milliseconds)
                start()
            }
            return results.compactMap { $0 }
        }
    }
}
