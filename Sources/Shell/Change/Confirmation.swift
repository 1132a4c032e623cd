import CommandLanguage
import Rendering

/// Asks for what must not happen by mistake: the name is typed again.
struct Confirmation {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// - Throws: `.unconfirmed` when nobody can be asked or the answer is not the name.
    func confirm(_ names: [String], for arguments: Arguments) async throws(Failure) {
        guard !settings.assumeYes else { return }
        for name in names {
            guard settings.canAsk else {
                throw Failure(
                    "\(arguments.invocation.syntax.name) \(name) needs a confirmation, and there is no terminal",
                    status: .unconfirmed, remedy: "--yes confirms it beforehand")
            }
            let question = "\(arguments.invocation.syntax.name): type \(printable(name)) to confirm: "
            guard let answer = await Question.ask(question), answer == name else {
                throw Failure("not confirmed; nothing was done", status: .unconfirmed)
            }
        }
    }
}
