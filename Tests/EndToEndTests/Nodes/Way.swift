import Foundation

/// A way in for commands, other than the prompt.
enum Way: CaseIterable {
    case words, command, commandsOfOneOption, script, scriptOption, scriptFromStandardInput, standardInput

    /// Whether it takes several commands.
    var takesSeveral: Bool { self != .words }

    /// Whether all is parsed before anything runs.
    var isParsedWhole: Bool { self != .standardInput }

    /// Starts the program with commands whose words need no quotes; where it takes only one, with the last of them.
    func start(_ commands: [String], _ options: [String] = [], with program: Program) throws -> RunningProgram {
        let text = commands.map { $0 + "\n" }.joined()
        switch self {
        case .words:
            return try program.start(options + (commands.last ?? "").split(separator: " ").map(String.init))
        case .command: return try program.start(options + commands.flatMap { ["-c", $0] })
        case .commandsOfOneOption: return try program.start(options + ["-c", commands.joined(separator: "; ")])
        case .script: return try program.start(options + [Self.file(text)])
        case .scriptOption: return try program.start(options + ["-f", Self.file(text)])
        case .scriptFromStandardInput, .standardInput:
            let running = try program.start(options + (self == .standardInput ? [] : ["-"]))
            running.write(text)
            return running
        }
    }

    /// Runs the program to its end.
    func run(_ commands: [String], _ options: [String] = [], with program: Program) async throws -> Program.Result {
        let running = try start(commands, options, with: program)
        running.closeInput()
        return await running.end(patience: 60)
    }

    /// The scripts of all tests; gone when these end.
    private static let folder: String = {
        let path = NSTemporaryDirectory() + "tscl-scripts-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: NSTemporaryDirectory() + "tscl-scripts-\(getpid())") }
        return path
    }()

    private static func file(_ text: String) throws -> String {
        let path = folder + "/\(UInt32.random(in: .min ... .max)).tscl"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
