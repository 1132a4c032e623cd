import CommandLanguage

struct CompletionCommand: Command {
    private static let shellName = Operand<ShellCompletion?>("SHELL", of: ShellCompletion.self, isRequired: true)

    static let syntax = CommandSyntax(
        "completion", group: .help, "Print the completions of tscl for a shell",
        operands: [shellName],
        details: """
            The shell reads them once, and then asks tscl at each Tab: for the words of commands and their options \
            without any server, and for the names of nodes, roles and hypertables from the access node that the line \
            names, for at most a second. A password is never asked for. For bash, put 'source <(tscl completion bash)' \
            into ~/.bashrc; for zsh, behind compinit, 'source <(tscl completion zsh)' into ~/.zshrc; for fish, \
            'tscl completion fish | source' into ~/.config/fish/config.fish. 'scripts/setup --install' has done so \
            already for everybody.
            """,
        examples: ["completion bash"])

    let shell: ShellCompletion?

    init(_ arguments: Arguments) {
        shell = arguments[Self.shellName]
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        Outcome(laidOut: shell?.script ?? "")
    }
}
