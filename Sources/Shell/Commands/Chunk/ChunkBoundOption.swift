import CommandLanguage
import MultiNode

/// The options that take a point in time: how long ago it is, a time, or a number where time is one.
enum ChunkBoundOption {
    static let olderThan = Option<Argument?>(
        "--older-than", "TIME", .text, check: problem,
        "Only chunks that end there or before: 30d, 2024-03-01, or a number where time is one")
    static let newerThan = Option<Argument?>(
        "--newer-than", "TIME", .text, check: problem, "Only chunks that start there or later")

    /// The point that an option names; nil where it is not given.
    ///
    /// - Throws: an error where a hypertable has another kind of time.
    static func bound(
        _ option: Option<Argument?>, of arguments: Arguments, for tables: [ChunkedTable]
    ) throws(Diagnostic) -> ChunkBound? {
        guard let argument = arguments[option], let bound = bound(argument.text) else { return nil }
        guard let other = tables.first(where: { !bound.fits($0) }) else { return bound }
        let (kind, form) = other.hasTimes ? ("a time", "30d or 2024-03-01") : ("a whole number", "a whole number")
        throw arguments.problem(
            "the time of \(other.table.shownName) is \(kind), and \(argument.text) is none", at: argument,
            help: "\(option.name) takes \(form) for it; name the hypertables that it fits")
    }

    private static func problem(_ text: String) -> (message: String, help: String?)? {
        if bound(text) != nil { return nil }
        return (
            "'\(text.prefix(80))' is no point in time",
            "30d is 30 days ago; 2024-03-01 and '2024-03-01 12:00' are times; where time is a number, a number"
        )
    }

    private static func bound(_ text: String) -> ChunkBound? {
        if let age = Duration(written: text) { return .ago(Int(age.components.seconds)) }
        if let number = Int(text) { return .number(number) }
        // The server knows best what is a time; without its year it would take today's.
        let year = text.prefix { $0.isASCII && $0.isNumber }
        return year.count >= 4 && text.dropFirst(year.count).first == "-" ? .time(text) : nil
    }
}
