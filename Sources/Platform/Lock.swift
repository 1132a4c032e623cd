package import Glibc

/// A value behind a mutex, whose changes can be waited for.
///
/// A pthread mutex and not `Synchronization.Mutex`: the thread sanitizer does not know the latter and reports races
/// where there are none.
package final class Lock<Value>: @unchecked Sendable {
    // The mutex and the condition need addresses that never change.
    @usableFromInline let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// There from the first wait on: most locks are never waited for, and some live as short as a statement.
    @usableFromInline var changed: UnsafeMutablePointer<pthread_cond_t>?
    @usableFromInline var waiting = 0
    @usableFromInline var value: Value

    package init(_ value: sending Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        if let changed {
            pthread_cond_destroy(changed)
            changed.deallocate()
        }
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the value, alone. Nothing that waits or locks belongs in `body`.
    @inlinable package func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            if waiting > 0, let changed { pthread_cond_broadcast(changed) }
            pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Blocks the thread until `body`, which is asked again after each `withLock`, has a result.
    package func wait<Result: Sendable>(for body: (inout Value) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let changed = changed ?? makeCondition()
        waiting += 1
        defer { waiting -= 1 }
        while true {
            if let result = body(&value) { return result }
            pthread_cond_wait(changed, mutex)
        }
    }

    private func makeCondition() -> UnsafeMutablePointer<pthread_cond_t> {
        let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        pthread_cond_init(condition, nil)
        changed = condition
        return condition
    }
}
