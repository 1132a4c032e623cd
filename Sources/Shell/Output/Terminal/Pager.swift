/// The program that shows text that is longer than the screen.
struct Pager: Sendable {
    /// A command of sh(1).
    let command: String

    /// The pager that TSCL_PAGER or PAGER names, or else less(1); nil if the named one is empty or cat(1).
    init?(environment: (String) -> String?) {
        guard let named = environment("TSCL_PAGER") ?? environment("PAGER") else {
            // If less(1) is missing this says nothing, because nobody asked for it.
            command = "command -v less >/dev/null || exit 127; exec less"
            return
        }
        let words = named.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty, words != ["cat"] else { return nil }
        command = named
    }

    /// Starts it; nil if that is not possible.
    ///
    /// By default less(1) quits if everything fits, keeps colours, chops long lines, and does not clear the screen.
    func start() -> PagerProcess? { PagerProcess("LESS=\"${LESS-FRSX}\"; export LESS; \(command)") }

    /// Shows a text, and waits without blocking until the person leaves the pager; leaving early is not an error. The
    /// pager is ended if the task is cancelled.
    ///
    /// - Returns: false if the pager could not be started and nothing has been shown.
    nonisolated(nonsending) func show(_ text: String) async -> Bool {
        guard let process = start() else { return false }
        return await PagerProcess.ignoringInterrupts {
            _ = await process.write(Array(text.utf8))
            return await process.finish()
        }
    }
}
