import CommandLanguage
import Rendering

/// Guards commands that must not run by mistake: a person must type the name again.
struct Confirmation {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// - Throws: `.unconfirmed` if nobody can be asked, or if the answer is not the name.
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
