import CommandLanguage

/// What a command changes of the session, as data: the session applies it when the command has succeeded.
enum Effect: Sendable {
    /// A variable gets a value, or none any more.
    case variable(String, Variables.Value?)
    case setting(Settings.Change)
    /// Another access node, which is connected to at once.
    ///
    /// `isTold`: whether what is connected to is the command's answer.
    case connect(ConnectionTarget, isTold: Bool)
    case disconnect
    /// The run ends, with this status or with the one so far.
    case end(status: Int32?)
}
