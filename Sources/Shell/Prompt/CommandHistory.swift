import LineEditing
import Platform
import SystemPackage

/// The commands that were typed at the prompt in all sessions.
enum CommandHistory {
    /// The history file; nil if there is no folder for it.
    static var path: String? { UserFolder.state.make()?.appending("history").string }

    /// How many commands the file keeps.
    static let limit = 10_000

    /// The commands in the file, oldest first.
    static func load() throws(Failure) -> [String] {
        guard let path else { throw Failure("no history is kept: neither HOME nor XDG_STATE_HOME names a folder") }
        do throws(LineEditingError) {
            return try HistoryFile(path: path, limit: limit).load()
        } catch {
            throw Failure("the history can't be read: \(error)")
        }
    }
}
