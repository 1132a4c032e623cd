import CMalloc
import CommandLanguage
import Glibc
import Platform
import Sandbox
import Shell

/// The program: reads the command line, runs what it asks for on the event loop, and ends with its status.
@main
struct Main {
    static func main() {
        spareMemory()
        keepStandardDescriptors()
        requireText()
        let words = CommandLine.arguments.dropFirst()
        // Nothing is set up for this one, as in psql.
        if words.elementsEqual([TsclOptions.version.syntax.name]) { return show(version) }
        hideSecretArguments(Array(words))
        if words.first == Caretaker.word { lookAfterSandbox(Array(words.dropFirst())) }
        let options: Options
        do throws(Failure) {
            options = try Options(Array(words))
        } catch {
            Output().refusal(error, in: Options.format(in: Array(words)))
            endProcess(error.status.rawValue)
        }
        switch options.work {
        case .version: show(version)
        case .help: show(Usage.text(Catalogue.table))
        case .interactiveOrInput, .sources, .words, .completion:
            Interrupts.shared.install()
            let output = Output(allowsColor: !options[TsclOptions.noColor])
            let stopping = Stopping()
            let task = Task(executorPreference: EventLoop.shared) {
                endProcess(await Program(options, output, stopping).run())
            }
            // At a prompt the editor and each command listen for themselves.
            Interrupts.shared.listen { event in
                if event == .stop { Interrupts.shared.stop() }
                if event == .interrupt { output.breakLine() }
                if event == .interrupt, stopping.interrupt() { return }
                if event == .interrupt || event == .terminate { task.cancel() }
            }
            // The work is on the event loop; what is left to this thread is to take the signals.
            while true { pause() }
        }
    }

    private static var version: String { "tscl \(Version.text)" }

    /// Has what takes much room given back as soon as it is not needed. Else glibc keeps what it gets back in one piece, and
    /// holds on to more the more was given back (mallopt(3), "M_MMAP_THRESHOLD"). One arena does, because one thread does
    /// nearly all the work; one for each thread would be asked of the system page by page ("M_ARENA_MAX").
    private static func spareMemory() {
        mallopt(M_MMAP_THRESHOLD, 128 << 10)
        mallopt(M_ARENA_MAX, 1)
    }

    /// Refuses arguments of another encoding, which a String could not hold as they are. They are not shown: one may be
    /// a password. Without /proc Swift knows none of them, and what was asked for would be taken for nothing.
    private static func requireText() {
        guard CommandLine.argc > 0 else {
            Output().message("error: the arguments can't be read\nhelp: mount /proc: mount -t proc proc /proc")
            endProcess(ExitStatus.usage.rawValue)
        }
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else {
                continue
            }
            Output().message("error: argument \(index) is not UTF-8")
            endProcess(ExitStatus.usage.rawValue)
        }
    }

    /// What this program is for a sandbox that another process of it makes.
    private static func lookAfterSandbox(_ words: [String]) -> Never {
        _ = Task(executorPreference: EventLoop.shared) {
            endProcess((await Caretaker.work(words) ? ExitStatus.done : .failed).rawValue)
        }
        while true { pause() }
    }

    /// Prints what needs no run, and ends where it can't be printed.
    private static func show(_ text: String) {
        let output = Output()
        output.data(text)
        if output.isBroken { endProcess(ExitStatus.failed.rawValue) }
    }

    /// Whoever closed one of the three would otherwise have the next socket or pipe in its place, and the output in it.
    private static func keepStandardDescriptors() {
        // For reading, so that what is written to them fails as it does where nothing is open.
        while true {
            let descriptor = open("/dev/null", O_RDONLY)
            if descriptor > STDERR_FILENO { close(descriptor) }
            if descriptor < 0 || descriptor >= STDERR_FILENO { return }
        }
    }

    /// A password is in no list of processes for longer than it takes to get here.
    private static func hideSecretArguments(_ words: [String]) {
        for (index, place) in SecretArguments.places(in: words) where index + 1 < Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[index + 1] else { continue }
            memset(argument + place.lowerBound, Int32(UInt8(ascii: "x")), place.count)
        }
    }
}
