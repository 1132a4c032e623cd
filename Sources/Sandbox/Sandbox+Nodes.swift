extension Sandbox {
    /// Shuts a node down as an administrator would: sessions are ended, data is written. A frozen one goes on first.
    package func stop(_ name: String) async throws(SandboxError) {
        try await server(node(name)).stop()
    }

    /// Starts a node that is stopped, and waits until it accepts connections; recovers it first if it was killed.
    package func start(_ name: String) async throws(SandboxError) {
        let server = server(try node(name))
        switch server.state {
        case .running: return
        case .frozen:
            throw SandboxError(.wrongState, "\(name) is frozen, not stopped", hint: "Thaw it.")
        case .stopped:
            try await start(server)
        }
    }

    /// Kills all processes of a node at once (SIGKILL): what an administrator finds after a crash.
    package func kill(_ name: String) async throws(SandboxError) {
        try await server(node(name)).kill()
    }

    /// Stops all processes of a node where they are (SIGSTOP): connections to it hang instead of failing.
    package func freeze(_ name: String) async throws(SandboxError) {
        let server = server(try node(name))
        guard server.state != .stopped else {
            throw SandboxError(.wrongState, "\(name) is stopped: there is nothing to freeze", hint: "Start it first.")
        }
        try await server.freeze()
    }

    /// Lets a frozen node go on (SIGCONT).
    package func thaw(_ name: String) async throws(SandboxError) {
        let server = server(try node(name))
        guard server.state != .stopped else {
            throw SandboxError(.wrongState, "\(name) is stopped, not frozen", hint: "Start it.")
        }
        try await server.thaw()
    }

    /// Starts a server at the port that the other nodes know it by.
    func start(_ server: Server) async throws(SandboxError) {
        do throws(Server.StartFailure) {
            try await server.start()
        } catch {
            switch error {
            case .other(let error): throw error
            case .portTaken:
                throw SandboxError(
                    .server, "\(server.node.name) can't start: another program has taken its port \(server.node.port)")
            }
        }
    }
}
