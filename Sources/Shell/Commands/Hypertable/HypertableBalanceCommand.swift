import ClusterAccess
import CommandLanguage
import MultiNode

struct HypertableBalanceCommand: MovingCommand {
    private static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)
    private static let by = Option<PlacementProblem.Measure?>(
        "--by", "MEASURE", of: PlacementProblem.Measure.self, "What the nodes are to hold alike; bytes where not given")
    private static let threshold = Option<Argument?>(
        "--threshold", "PERCENT", .text, default: "10%", check: problem,
        "How much more than the one that holds least the one that holds most may hold, of what they hold on average")
    private static let partSlices = Flag(
        "--part-slices", "Also move single chunks of a space partition where whole ones are too large")

    static let syntax = CommandSyntax(
        "hypertable balance", group: .hypertables, "Move chunks until the data nodes hold alike",
        operands: [tables], options: [by, threshold, partSlices] + MovingOptions.all, changes: true,
        preview: .steps(withSQL: true),
        details: """
            As few chunks as it takes go from the nodes that hold most to those that hold least, the newest only where \
            the others are not enough. They go to nodes that are attached to their hypertable, take new chunks, and are \
            on no server that has a copy already. Where all chunks of a space partition are on the same nodes they stay \
            together, because then these nodes can aggregate by themselves; --part-slices parts them where that is \
            needed. Each chunk is copied, compared with what it was copied from while nobody writes, and only then \
            dropped there. Nothing is moved where a node does not answer that is not marked unavailable: what it holds is \
            not known. Run again, it goes on.

            \(MovingOptions.placesOfRows)
            """,
        examples: [
            "hypertable balance", "hypertable balance metrics --threshold 5% --dry-run",
            "hypertable balance --by chunks --parallel 12 --until 06:00",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "TimescaleDB copies no chunk in a transaction"
    }

    private static func problem(_ text: String) -> (message: String, help: String?)? {
        fraction(text) == nil ? ("'\(text.prefix(80))' is no share of a hundred", "10% and 2.5% are") : nil
    }

    private static func fraction(_ text: String) -> Double? {
        let number = text.hasSuffix("%") ? text.dropLast() : text[...]
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let percent = Double(number),
            percent > 0, percent <= 100
        else { return nil }
        return percent / 100
    }

    var goesRoundFullNodes: Bool { true }

    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan {
        let cluster = context.cluster
        let tables = try ChunkSelection(arguments, among: try await cluster.chunkedTables())
            .tables(arguments[Self.tables])
        let begun = try await context.removeBegunCopies(
            of: tables, over: arguments[MovingOptions.parallel])
        var survey = try await cluster.placementSurvey(of: tables)
        // After an interrupt some nodes were not asked.
        try Task.checkCancellation()
        if let failure = Self.refusal(survey) { throw failure }
        let broken = Set(survey.chunks.filter { !survey.missingCopies(of: $0).isEmpty }.map(\.id))
        let measure = arguments[Self.by] ?? .bytes
        let threshold = arguments[Self.threshold].flatMap { Self.fraction($0.text) } ?? 0.1
        let isParting = arguments[Self.partSlices]
        let problem = survey.takeProblem(fixed: broken).sparing(spared)
        let balance = problem.balance(by: measure, threshold: threshold, partsSlices: isParting)
        var plan = MovingPlan(balance, of: survey)
        plan.notes += begun
        if balance.moves.isEmpty, balance.isLevel { plan.unchanged = ["the nodes hold alike, to the threshold"] }
        if !balance.isLevel {
            let hasSlices = problem.chunks.contains { $0.slice != nil }
            plan.notes.append(
                "the nodes will not hold alike, to the threshold: what could go is too large, or has no place to go"
                    + (hasSlices && !isParting ? "; --part-slices parts the chunks of a space partition" : ""))
        }
        if !broken.isEmpty {
            let stay = broken.count == 1 ? "stays where it is" : "stay where they are"
            plan.notes.append(
                "\(broken.count.counted("chunk")) with a missing copy \(stay): 'hypertable repair' makes it")
        }
        return plan
    }

    /// What a node holds that does not answer is not known, and is not taken for nothing.
    private static func refusal(_ survey: PlacementSurvey) -> Failure? {
        let holders = Set(survey.chunks.flatMap(\.nodes))
        let attached = Set(
            survey.attachments.filter { a in survey.tables.contains { $0.table == a.table } }.map(\.node))
        guard let (node, error) = survey.failures.first(where: { holders.union(attached).contains($0.node.name) })
        else {
            return nil
        }
        var failure = Failure(error)
        if node.isGone { return failure }
        let word = Quoting.word(node.name)
        failure.message = "\(node.name) \(error.unanswered), so that nobody knows what it holds: \(error.message)"
        failure.remedy =
            "bring it back; or 'node disable \(word)', and the others are levelled without it. Nothing was moved"
        return failure
    }
}
