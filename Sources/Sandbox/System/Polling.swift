/// Waiting for what tells nobody when it happens: files and processes of others.
enum Polling {
    /// Looks every 10 ms until the condition holds.
    ///
    /// - Returns: false when the time was over first.
    static func until(
        _ timeout: Duration, _ condition: () throws(SandboxError) -> Bool
    ) async throws(SandboxError) -> Bool {
        let deadline = ContinuousClock.now + timeout
        while true {
            if try condition() { return true }
            if ContinuousClock.now >= deadline { return false }
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                throw SandboxError(.cancelled, "cancelled")
            }
        }
    }
}
