extension Sandbox {
    /// Stops all servers; they can be brought up again under the same name.
    ///
    /// - Parameter purge: remove the sandbox altogether, with its data. This goes for the remains of one that was never
    ///   finished, too.
    package func down(purge: Bool) async throws(SandboxError) {
        if record.phase == .making, let maker = record.maker, maker.isAlive {
            throw SandboxError(
                .alreadyUp, "the sandbox \"\(name)\" is being made by process \(maker.id)",
                hint: "Wait for it, or end it.")
        }
        if purge {
            try await removal.run()
        } else {
            try await forEach(nodes) { node throws(SandboxError) in try await server(node).stop() }
        }
    }
}
