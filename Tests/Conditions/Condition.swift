import Glibc

/// Whether a condition comes true in time; it is looked at again and again until then.
package func eventually(
    within limit: Duration = .seconds(30), _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        poll(nil, 0, 5)
    }
    return false
}

/// Far beyond what anything here takes; only what hangs meets it.
package let soon: Duration = .seconds(30)
