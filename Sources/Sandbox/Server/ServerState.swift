/// What a server of a sandbox is doing.
package enum ServerState: String, Sendable {
    case running
    case stopped
    /// Stopped by SIGSTOP: connections to it hang instead of failing.
    case frozen
}
