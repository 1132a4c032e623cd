import ClusterAccess
import MultiNode
@testable import Operations
import Platform

/// A step whose answers the test chooses.
struct ScriptedStep: Step {
    let name: String
    var weight: Int64 = 1
    var isNeededAnswer: Result<Bool, ClusterError> = .success(true)
    /// How long each answer takes.
    var questionTime = Duration.zero
    var time = Duration.seconds(1)
    var answer: Result<Int, ClusterError> = .success(1)
    /// What the cluster says after an error.
    var truth: Result<Int?, ClusterError> = .success(nil)
    /// Whether it has left something that is removed where it is asked about.
    var leavesSomething = false
    /// How long it takes to find out that nothing keeps it from being begun.
    var obstacleTime = Duration.zero
    /// How many looks for obstacles have ended.
    let looksEnded = Lock(0)
    let clock: VirtualTime

    var plan: Plan { Plan(SQL(text: "SELECT '\(name)'", shown: "SELECT '\(name)'")) }

    var looksForObstacles: Bool { obstacleTime > .zero }

    func obstacle() async -> ClusterError? {
        if !looksForObstacles { return nil }
        try? await clock.sleep(for: obstacleTime)
        looksEnded.withLock { $0 += 1 }
        return nil
    }

    func isToBeAsked(after error: ClusterError) -> Bool { leavesSomething || error.leavesDoubt }

    func isNeeded() async throws(ClusterError) -> Bool {
        try await clock.sleep(for: questionTime)
        return try isNeededAnswer.get()
    }

    func run(_ report: StepReport) async throws(ClusterError) -> Int {
        try await clock.sleep(for: time)
        return try answer.get()
    }

    func result(after error: ClusterError) async throws(ClusterError) -> Int? {
        try await clock.sleep(for: questionTime)
        return try truth.get()
    }
}

extension VirtualTime {
    /// - Throws: `interrupted` as soon as the task is cancelled.
    func sleep(for time: Duration) async throws(ClusterError) {
        guard !Task.isCancelled else { throw .interrupted }
        let reply = Reply<Result<Void, ClusterError>>()
        schedule(after: time) { reply.resolve(.success(())) }
        let result = await withTaskCancellationHandler {
            await reply.value
        } onCancel: {
            reply.resolve(.failure(.interrupted))
        }
        try result.get()
    }
}
