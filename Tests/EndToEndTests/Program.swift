import Foundation
import Glibc
import func Platform.withSpawnAttributes

/// The built binary, run from outside as its users run it.
struct Program: Sendable {
    struct Result: Sendable {
        let output: String
        let errors: String
        let status: Int32
    }

    var environment: [String: String] = [:]

    /// Has it find the sandboxes of the tests' own process, and not only those below a folder of its own.
    mutating func seesSandboxes() {
        // Foundation takes it from the password database, and tscl from the environment, as psql does.
        environment["HOME"] = ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()
        environment["XDG_STATE_HOME"] = ProcessInfo.processInfo.environment["XDG_STATE_HOME"]
    }

    /// The binary lies beside the tests' own.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("tscl").path

    /// Runs it to its end.
    ///
    /// - Parameter patience: after which it is killed, so that a test fails instead of hanging.
    func run(_ arguments: [String], input: String? = nil, patience: TimeInterval = 60) async throws -> Result {
        let running = try start(arguments)
        if let input { running.write(input) }
        running.closeInput()
        return await running.end(patience: patience)
    }

    func start(_ arguments: [String], executable: String = Program.path) throws -> RunningProgram {
        try RunningProgram(executable, arguments, environment)
    }

    /// Starts a line of sh(1) in which `$tscl` is the program.
    func start(shell line: String) throws -> RunningProgram {
        try RunningProgram("/bin/sh", ["-c", line], environment.merging(["tscl": Program.path]) { $1 })
    }
}

/// A program that runs: what it says is collected as it comes.
///
/// Spawned and awaited by hand: Foundation's Process loses the end of one of several that run side by side.
final class RunningProgram: @unchecked Sendable {
    private let changed = NSCondition()
    private var said = (output: Data(), errors: Data())
    private var open = 3
    private var status: Int32 = -1
    private var hasExited = false
    private let input: Int32
    private(set) var processIdentifier: pid_t = 0

    init(_ executable: String, _ arguments: [String], _ environment: [String: String]) throws {
        // Nothing of the machine's own settings; the engine of the sandbox is chosen from outside.
        var own = ["PATH": "/usr/bin:/bin", "HOME": NSTemporaryDirectory(), "LANG": "C.UTF-8", "TERM": "xterm"]
        own["TSCL_ENGINE"] = ProcessInfo.processInfo.environment["TSCL_ENGINE"]
        let variables = own.merging(environment) { $1 }.map { "\($0)=\($1)" }

        let pipes = try (0..<3).map { _ in try Self.pipe() }
        input = pipes[0].writing
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0].reading, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes[1].writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, pipes[2].writing, STDERR_FILENO)
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        var assignments = variables.map { strdup($0) } + [nil]
        defer { for text in words + assignments { free(text) } }
        let failure = withSpawnAttributes {
            posix_spawn(&processIdentifier, executable, &actions, &$0, &words, &assignments)
        }
        for descriptor in [pipes[0].reading, pipes[1].writing, pipes[2].writing] { close(descriptor) }
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOENT) }

        collect(pipes[1].reading) { $0.said.output += $1 }
        collect(pipes[2].reading) { $0.said.errors += $1 }
        let identifier = processIdentifier
        Thread.detachNewThread { [self] in
            var ending: Int32 = 0
            while waitpid(identifier, &ending, 0) < 0, errno == EINTR {}
            change { program in
                program.status = ending & 0x7f == 0 ? ending >> 8 & 0xff : 128 + ending & 0x7f
                program.hasExited = true
                program.open -= 1
            }
        }
    }

    /// Two connected descriptors that no other child inherits, not even one that is spawned at this moment: a server that
    /// held a writing end would keep the output from ever ending.
    private static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        return (ends[0], ends[1])
    }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
    }

    func closeInput() { close(input) }
    func signal(_ number: Int32) { kill(processIdentifier, number) }

    /// Waits until it has said something on its standard output.
    ///
    /// - Parameter start: how much of the output is not looked at.
    /// - Returns: whether it did in time.
    func waits(for text: String, after start: Int = 0, patience: TimeInterval = 30) async -> Bool {
        await wait(patience) { String(decoding: $0.said.output.dropFirst(start), as: UTF8.self).contains(text) }
    }

    /// Waits until it has said something on its standard error.
    func complains(_ text: String, patience: TimeInterval = 30) async -> Bool {
        await wait(patience) { String(decoding: $0.said.errors, as: UTF8.self).contains(text) }
    }

    /// Whether it catches signals, and all its threads wait for something.
    var isWaiting: Bool {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(processIdentifier)/task")) ?? []
        let states = tasks.map { (try? Self.status("\(processIdentifier)/task/\($0)")) ?? [:] }
        return catchesSignals && states.allSatisfy { $0["State"]?.hasPrefix("S") == true }
    }

    /// Whether SIGTERM is an event to it, and not its end.
    var catchesSignals: Bool {
        let caught = (try? Self.status("\(processIdentifier)"))?["SigCgt"]
        let mask = caught.flatMap { UInt64($0, radix: 16) } ?? 0
        return mask >> UInt64(SIGTERM - 1) & 1 == 1
    }

    /// The most memory that it has had at once, in KiB.
    var memory: Int? {
        let peak = try? Self.status("\(processIdentifier)")["VmHWM"]
        return peak.flatMap { Int($0.prefix { $0 != " " }) }
    }

    /// What the system tells of a process or a thread (proc(5)).
    private static func status(_ task: String) throws -> [String: String] {
        let text = try String(contentsOfFile: "/proc/\(task)/status", encoding: .utf8)
        let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
            line.firstIndex(of: ":").map {
                (String(line[..<$0]), line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces))
            }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the process has ended.
    var hasEnded: Bool {
        changed.lock()
        defer { changed.unlock() }
        return hasExited
    }

    var outputLength: Int {
        changed.lock()
        defer { changed.unlock() }
        return said.output.count
    }

    func end(patience: TimeInterval = 30) async -> Program.Result {
        let ended = await wait(patience) { $0.open == 0 }
        if !ended { kill(processIdentifier, SIGKILL) }
        return result(ended: ended)
    }

    private func result(ended: Bool) -> Program.Result {
        changed.lock()
        defer { changed.unlock() }
        return Program.Result(
            output: String(decoding: said.output, as: UTF8.self),
            errors: String(decoding: said.errors, as: UTF8.self) + (ended ? "" : "\n(killed: it did not end in time)"),
            status: ended ? status : -1)
    }

    private func collect(_ descriptor: Int32, _ add: @escaping @Sendable (RunningProgram, Data) -> Void) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                let data = Data(buffer[..<count])
                change { add($0, data) }
            }
            close(descriptor)
            change { $0.open -= 1 }
        }
    }

    private func change(_ body: (RunningProgram) -> Void) {
        changed.lock()
        body(self)
        changed.broadcast()
        changed.unlock()
    }

    private func wait(
        _ patience: TimeInterval, until condition: @escaping @Sendable (RunningProgram) -> Bool
    ) async -> Bool {
        let deadline = Date(timeIntervalSinceNow: patience)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                changed.lock()
                while !condition(self), changed.wait(until: deadline) {}
                let holds = condition(self)
                changed.unlock()
                continuation.resume(returning: holds)
            }
        }
    }
}
