import ClusterAccess
import CommandLanguage
import Platform

extension CommandContext {
    /// Notes that something is about to be changed.
    func noteBeginning() { course.withLock { $0.hasBegun = true } }

    /// Does work of which the steps tell themselves what became of them, and which goes on when it is run again: where the
    /// access node is lost before them, nothing is in doubt.
    func resumably<Value>(_ arguments: Arguments, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch {
            let hasBegun = course.withLock { $0.hasBegun }
            let lost = Failure(thrown: error)
            var failure = lost.leavingNoDoubt(
                hasBegun ? ", before a further step was begun" : ": nothing had been begun")
            let isLost = lost.lossReason != nil || hasBegun && lost.status == .noConnection
            if isLost, failure.rest == nil { failure.goesOn(with: arguments.repeated) }
            throw failure
        }
    }

    /// The same of work that needs nothing that a session of the access node keeps: where the session is lost, what has not
    /// begun goes on over another.
    func resumablyRenewing<Value>(_ arguments: Arguments, _ work: () async throws -> Value) async throws -> Value {
        let connection = cluster.connection
        return try await resumably(arguments) {
            await connection.beginRenewing()
            do {
                let value = try await work()
                await connection.endRenewing()
                return value
            } catch {
                await connection.endRenewing()
                throw error
            }
        }
    }
}
