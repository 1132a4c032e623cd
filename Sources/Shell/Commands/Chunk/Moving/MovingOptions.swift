import CommandLanguage
import Platform

/// The options of all commands that move chunks.
enum MovingOptions {
    enum Order: String, CaseIterable, Sendable {
        case cold, large
    }

    static let parallel = Option<Int>(
        "--parallel", "N", 1...64, default: 9,
        "How many connections to the access node at most, from 6 on; of 9, four move a chunk each, if the servers allow it"
    )
    static let maxLock = Option<Duration>(
        "--max-lock", "TIME", default: .seconds(10), atLeast: .milliseconds(100),
        "How long those that write to the hypertable may wait for one chunk")
    static let maxRate = Option<Argument?>(
        "--max-rate", "BYTES", .text, check: byteProblem,
        "How much may be copied in a second, on average: chunks begin later; 50MB")
    static let order = Option<Order?>(
        "--order", "ORDER", of: Order.self, "Which chunks go first: cold, the oldest, which is usual, or large")
    static let until = Option<Argument?>(
        "--until", "HH:MM", .text, check: timeProblem,
        "Begin no chunk after this time of the day, in the zone here; one that has passed is tomorrow's")

    /// For the help of all that make copies.
    static let placesOfRows = """
        Of a chunk with several copies TimescaleDB updates and deletes the rows of all by the places that they have in one, \
        which are others in a copy that is made anew: where rows of it were updated or deleted before, have nobody do \
        that again, and see by 'chunk verify' whether one did.

        While TimescaleDB copies a chunk of a hypertable without a primary key, UPDATE and DELETE of its rows fail: 55000, \
        cannot update table … because it does not have a replica identity and publishes updates. INSERT and COPY go on. \
        With a primary key they pass, and the copy is begun anew. They are to be tried again when the chunk is moved.
        """

    static let all: [any OptionKey] = [parallel, maxLock, maxRate, order, until, CommonOptions.progress]

    /// Where nothing is copied.
    static let ofDrops: [any OptionKey] = [parallel, maxLock, until, CommonOptions.progress]

    /// When no further chunk begins; nil where that was not given.
    static func end(_ arguments: Arguments, _ context: CommandContext) -> OperationEnd? {
        guard let text = arguments[until]?.text, let time = ClockTime(text) else { return nil }
        return OperationEnd(until: time, text, of: context)
    }

    /// Says at the start what would be a surprise in the morning.
    static func tellEnd(_ arguments: Arguments, _ context: CommandContext) {
        guard !context.settings.dryRun, let note = end(arguments, context)?.note else { return }
        context.output.message("note: \(note)")
    }

    private static func byteProblem(_ text: String) -> (message: String, help: String?)? {
        if let bytes = ByteCount.bytes(text), bytes > 0 { return nil }
        return ("'\(text.prefix(80))' is no number of bytes", "50MB, 512kB, 1GB and 1000000 are")
    }

    private static func timeProblem(_ text: String) -> (message: String, help: String?)? {
        if ClockTime(text) != nil { return nil }
        return ("'\(text.prefix(80))' is no time of the day", "06:30 is one")
    }
}
