import Foundation

/// A shell for which tscl has completions.
enum CompletionShell: String, CaseIterable {
    case bash, zsh, fish

    /// Those that can be tried here; `scripts/setup --tests` installs all of them.
    static var installed: [CompletionShell] {
        allCases.filter { shell in
            let isThere = FileManager.default.isExecutableFile(atPath: shell.path)
            if !isThere { print("\(shell.rawValue) is not installed: its completions are not tried") }
            return isThere
        }
    }

    static let prompt = "ready>"

    var path: String { "/usr/bin/\(rawValue)" }

    /// Nothing of this machine's or this user's settings.
    var arguments: [String] {
        switch self {
        case .bash: ["--norc", "--noprofile", "-i"]
        case .zsh: ["-f", "-i"]
        case .fish: ["--no-config", "-i"]
        }
    }

    /// Loads the completions as the help says, and shows a prompt that can be waited for.
    var preparation: String {
        switch self {
        case .bash: "bind 'set bell-style none'; source <(tscl completion bash); PS1='\(Self.prompt) '"
        case .zsh:
            "autoload -U compinit; compinit -u -D; source <(tscl completion zsh); unsetopt beep; PS1='\(Self.prompt) '"
        case .fish:
            "set -g fish_autosuggestion_enabled 0; tscl completion fish | source; "
                + "function fish_prompt; echo '\(Self.prompt) '; end"
        }
    }

    /// A terminal with this shell on it, which knows the completions.
    ///
    /// - Parameter program: the folder of what is run as `tscl`.
    func start(
        in folder: String, _ environment: [String: String],
        program: String = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
    ) async throws -> PromptTerminal {
        var variables = environment
        variables["PATH"] = "\(program):/usr/bin:/bin"
        variables["HOME"] = folder
        let terminal = try PromptTerminal(
            ["-c", "cd '\(folder)' && exec \(path) \(arguments.joined(separator: " "))"], executable: "/bin/sh",
            environment: variables)
        terminal.type(preparation + "\r")
        try await terminal.waits(line: Self.prompt)
        return terminal
    }
}
