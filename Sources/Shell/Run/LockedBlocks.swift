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
            // It would end before that does, and whoever has it next would not see what was done under it.
            if let open = cluster.writtenTransaction { throw ClusterError(refusing: open) }
            return try await cluster.aside { link throws(ClusterError) in
                if let holder = try await cluster.takeLock(name, on: link) {
                    var failure = Failure("the lock \(name) is held", status: .locked)
                    failure.detail = "by \(holder.text)"
                    return await self.fail(failure.at(lock.source, lock.span), of: ControlSyntax.lock.name, &run)
                }
                return await self.execute(lock, HeldLock(name: name, link: link), &run)
            }
        } catch {
            return await fail(
                Failure(thrown: error).at(lock.source, lock.span), of: ControlSyntax.lock.name, &run)
        }
    }

    private func execute(_ lock: LockedBlock, _ held: HeldLock, _ run: inout Run) async -> Bool {
        heldLocks.append(held)
        defer { heldLocks.removeLast() }
        for (index, statement) in lock.body.enumerated() {
            guard await execute(statement, &run) else {
                if settings.isInteractive || heldLocks.contains(where: \.isLost) {
                    tell(run.rest(lock.body[(index + 1)...]))
                }
                return false
            }
        }
        return await holdsLocks(at: lock.source, lock.span, &run)
    }

    /// Whether each lock of the blocks that are being run is still held, and nothing else is run where one is not:
    /// whoever has it by then does the same work.
    ///
    /// - Parameters:
    ///   - source: of what is to run next, or has run last.
    ///   - span: its place there.
    func holdsLocks(at source: SourceText, _ span: Span, _ run: inout Run) async -> Bool {
        for index in heldLocks.indices {
            let held = heldLocks[index]
            do throws(ClusterError) {
                if held.isLost { throw ClusterError("its session has ended") }
                try await cluster(settings, running: ControlSyntax.lock.name).proveLock(on: held.link)
            } catch {
                var failure = Failure(error)
                if failure.status != .interrupted {
                    heldLocks[index].isLost = true
                    failure = Failure("the lock \(held.name) was lost: \(error.summary)", status: .noConnection)
                }
                _ = await fail(failure.at(source, span), of: ControlSyntax.lock.name, &run)
                return false
            }
        }
        return true
    }
}

/// A lock of a block that is being run.
struct HeldLock: Sendable {
    let name: String
    /// Its session, which has the lock as long as it lives.
    let link: any Link
    var isLost = false
}
