import Glibc
import Postgres
import Shell

/// The program: reads the command line, runs what it asks for on the event loop, and ends with its status.
@main
struct Main {
    static func main() {
        let options: Options
        do throws(Failure) {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            Output().message(error.text)
            exit(error.status.rawValue)
        }
        switch options.work {
        case .version: print("tscl \(Version.text)")
        case .help: print(Usage.text)
        case .interactiveOrInput, .sources, .words:
            hideSecretArguments()
            Interrupts.shared.install()
            let output = Output(allowsColor: !options.has("--no-color"))
            let status = Completion()
            let task = Task(executorPreference: EventLoop.shared) {
                let result = await Program(options, output).run()
                status.finish(result)
            }
            // At a prompt the editor and each command listen for themselves.
            Interrupts.shared.listen { event in
                if event == .interrupt || event == .terminate { task.cancel() }
            }
            exit(status.wait())
        }
    }

    /// A password in a conninfo string is in no list of processes for longer than it takes to get here.
    private static func hideSecretArguments() {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index] else { continue }
            let text = String(cString: argument)
            guard Secrets.areIn(conninfo: text) else { continue }
            memset(argument, Int32(UInt8(ascii: "x")), strlen(argument))
        }
    }
}

/// Lets the main thread wait for the end of the work, which runs on the event loop.
private final class Completion: Sendable {
    private let status = Lock<Int32?>(nil)
    private let ends = Pipe(isBlocking: true)

    func finish(_ result: Int32) {
        status.withLock { $0 = result }
        close(ends.writing)
    }

    func wait() -> Int32 {
        var byte: UInt8 = 0
        while read(ends.reading, &byte, 1) < 0, errno == EINTR {}
        return status.withLock { $0 } ?? ExitStatus.failed.rawValue
    }
}
