import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres

/// Runs `lock NAME { … }`.
extension Interpreter {
    /// Runs the block while no other session runs one of the same name. The lock has a connection of its own, so that
    /// it does not matter what the block does with the session's.
    func execute(_ lock: LockedBlock, _ run: inout Run) async -> Bool {
        do {
            try Task.checkCancellation()
            let name = try Expansion(variables: variables, source: lock.source).single(lock.name).text
            if settings.dryRun { return await execute(lock.body, &run, tellsRest: settings.isInteractive) }
            // The time limit is each command's, and not the block's.
            let cluster = self.cluster(settings, running: ControlSyntax.lock.name)
            return try await cluster.aside { link throws(ClusterError) in
                if let holder = try await cluster.takeLock(name, on: link) {
                    var failure = Failure("the lock \(name) is held", status: .locked)
                    failure.detail = "by \(holder.text)"
                    return await self.fail(failure.at(lock.source, lock.span), of: ControlSyntax.lock.name, &run)
                }
                return await self.execute(lock.body, of: name, lock, link, &run)
            }
        } catch {
            return await fail(
                Failure(thrown: error).at(lock.source, lock.span), of: ControlSyntax.lock.name, &run)
        }
    }

    private func execute(
        _ body: [Statement], of name: String, _ lock: LockedBlock, _ link: any Link, _ run: inout Run
    ) async -> Bool {
        for (index, statement) in body.enumerated() {
            guard await execute(statement, &run) else {
                if settings.isInteractive { tell(run.rest(body[(index + 1)...])) }
                return false
            }
            do throws(ClusterError) {
                try await cluster(settings, running: ControlSyntax.lock.name).proveLock(on: link)
            } catch {
                var failure = Failure(error)
                if failure.status != .interrupted {
                    failure = Failure("the lock \(name) was lost: \(error.summary)", status: .noConnection)
                }
                _ = await fail(failure.at(lock.source, lock.span), of: ControlSyntax.lock.name, &run)
                tell(run.rest(body[(index + 1)...]))
                return false
            }
        }
        return true
    }
}
