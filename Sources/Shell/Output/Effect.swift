import CommandLanguage

/// A change to the session, as data: the interpreter applies it after the command has succeeded.
enum Effect: Sendable {
    /// Gives a variable a value, or removes it if that is nil.
    case variable(String, Variables.Value?)
    case setting(Settings.Change)
    /// Connects to another access node at once.
    ///
    /// `isTold`: whether the description of the connection is the command's answer.
    case connect(ConnectionTarget, isTold: Bool)
    case disconnect
    /// Ends the run, with this status; with that of the run so far if nil.
    case end(status: Int32?)
}
