/// What a person answers when asked for a password.
package enum SecretAnswer: Sendable, Equatable {
    case secret(String)
    /// No password: Ctrl-D with nothing typed, a terminal that is gone, or a question that was taken back.
    case nothing
    /// Ctrl-C.
    case interrupted
}
