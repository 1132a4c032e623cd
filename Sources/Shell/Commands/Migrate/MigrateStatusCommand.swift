import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Platform
import Rendering

struct MigrateStatusCommand: Command {
    private static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)

    static let syntax = CommandSyntax(
        "migrate status", group: .migration, "Show how far each migration is", operands: [tables],
        options: [WatchOption.key],
        details: """
            With --watch what takes reading rows, which the estimate is made from, is read at the first look alone. It asks the data nodes which chunks were written to since they were copied; where a node does not answer, \
            or was started anew or replaced, so that only the rows tell, which 'migrate copy' reads, 'changed' is empty for its table. 'pause_ms' is how long the cut-over would keep writers waiting as things \
            are, an estimate: the search for what has changed, copying that, and, in place, the rows of continuous aggregates, which \
            go into new ones then. 'uncompared' is how many of the copied chunks nobody has compared row for row yet, as \
            'migrate copy --verify none' and counts leave them; 'migrate verify' does. The status is 4 where a node could not be asked, \
            or a cut-over to another server stopped in its middle ('half_cut_over').
            """,
        examples: ["migrate status", "migrate status metrics --format json", "migrate status --watch 5s"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    var isRepeated: Bool { arguments.has(WatchOption.key) }

    func run(_ context: CommandContext) async throws -> Outcome {
        let samples = Lock(Samples())
        guard let interval = arguments[WatchOption.key] else {
            return try await report(context, context.cluster, samples)
        }
        return await context.watch(Self.syntax.name, every: interval) { try await report(context, $0, samples) }
    }

    /// What takes reading rows to be known. It is read once: who watches is not to have servers read them again and again.
    private struct Samples {
        /// By the number of the old table.
        var paces: [Int: MigrationPace] = [:]
        var aggregates: [Int: Duration] = [:]
    }

    private func report(
        _ context: CommandContext, _ cluster: Cluster, _ samples: Lock<Samples>
    ) async throws -> Outcome {
        if let record = try await context.promotion() { return await promotion(record, context) }
        let begun = try await BegunMigrations(context)
        let migrations = try begun.chosen(arguments[Self.tables], of: arguments)
        var rows: [[Value]] = []
        var failures: [Failure] = []
        var notes: [String] = []
        for migration in migrations {
            let started = ContinuousClock.now
            let survey = try await cluster.survey(
                of: [migration], on: begun.target, asksNodes: migration.state == .copying)
            failures += survey.failures.map { Failure($0) }
            notes += survey.kept.flatMap(\.told)
            if let unread = Self.unread(migration, survey) { notes.append(unread) }
            notes += try await begun.target.toldKeptRows(of: [migration])
            let isHalf = try await isHalfCutOver(migration, cluster)
            if isHalf || migration.keepsRows {
                failures.append(try await stopped(migration, begun.target, isHalf: isHalf))
            }
            if !migration.unrefreshed.isEmpty { failures.append(Failure(ClusterError(unrefreshed: migration.source))) }
            let took = started.duration(to: .now)
            let pause = try await pause(of: migration, survey, took: took, begun.target, cluster, samples)
            let uncompared = Self.uncompared(migration, survey)
            if uncompared > 0 {
                notes.append(UncomparedChunks.told(uncompared, of: migration, isCutOver: migration.state == .cutOver))
            }
            rows.append(
                Self.row(
                    migration, survey, isHalf: isHalf, pause, uncompared: uncompared))
        }
        await begun.target.close()
        var outcome = Outcome(table: Table(columns: Self.columns, rows: rows))
        outcome.failures = failures
        outcome.notes = notes
        if !failures.isEmpty { outcome.status = .partial }
        return outcome
    }

    private func promotion(_ record: PromotionRecord, _ context: CommandContext) async -> Outcome {
        let (state, failure) = await context.state(of: record)
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: record.tables.map { table in
                    [.text(table.shownName), .text(record.node), .text(state)]
                        + Array(repeating: .null, count: 7) + [
                            record.verifiedAt.map { .text($0) } ?? .null, .null, .null,
                        ]
                }))
        outcome.failures = failure.map { [$0] } ?? []
        // It tells what is so, and has no say in what is done.
        let tables = (try? await context.cluster.tables(of: record)) ?? []
        if tables.contains(where: \.isRenamed) {
            outcome.notes.append("the access node has these tables as NAME__old, until 'migrate undo all'")
        }
        let untold = tables.filter { $0.isRenamed && !$0.isTold }.map(\.table.shownName)
        if !untold.isEmpty, state == "promoted" {
            outcome.notes.append(
                "who asks the access node for \(untold.listed) is not told where it is: 'migrate start --promote \(Quoting.word(record.node))' mends that"
            )
        }
        if failure != nil { outcome.status = .partial }
        return outcome
    }

    /// What was stopped in its middle, and how it goes on.
    private func stopped(
        _ migration: Migration, _ target: MigrationTarget, isHalf: Bool
    ) async throws(ClusterError) -> Failure {
        let name = migration.source.shownName
        let undo = "'migrate undo \(Quoting.word(name))'"
        guard isHalf else { return Failure("the undo of \(name) was stopped at its end", remedy: "\(undo) goes on") }
        if try await target.send(SwapGuard.isOn(migration.target)).value == "t" {
            return Failure("the undo of \(name) was stopped: nobody can write to it", remedy: "\(undo) goes on")
        }
        // As where an older state of the target was brought back.
        guard migration.cutOverXmin != nil else {
            return Failure(
                "\(name) is half cut over: nobody can write to it, and the target does not know that all of its rows have arrived",
                remedy: "\(undo) takes it back: the cut-over can't go on from here")
        }
        return Failure(
            "\(name) is half cut over: nobody can write to it",
            remedy: "'migrate cutover \(Quoting.word(name))' ends it, \(undo) takes it back")
    }

    /// Whether the old table has lost its name, and the new one on another server does not count yet.
    private func isHalfCutOver(_ migration: Migration, _ cluster: Cluster) async throws(ClusterError) -> Bool {
        guard migration.state == .copying else { return false }
        let now = try await cluster.send(migration.nameNow).records.first
        return now?["name"] == migration.aside.name
    }

    static let columns: [Table.Column] = [
        "hypertable", "to", .state("state"), .integer("chunks"), .integer("copied"), .integer("changed"),
        .integer("failed"), .integer("left"), .integer("rows"), .integer("bytes"), "verified", .integer("pause_ms"),
        .integer("uncompared"),
    ]

    private static func changed(_ survey: MigrationSurvey) -> [MigrationSurvey.Pair] {
        survey.pairs.filter { $0.record?.state == .copied && $0.isChanged == true }
    }

    private static func unread(_ migration: Migration, _ survey: MigrationSurvey) -> String? {
        let unread = survey.unread
        if unread.isEmpty { return nil }
        let nodes = Set(unread.compactMap { $0.record?.node }).sorted()
        return
            "\(migration.source.shownName): only their rows tell whether \(unread.count.counted("chunk")) on \(nodes.listed) changed since, as a server was started anew or replaced, or an earlier tscl has copied them: 'migrate copy' reads them there, and copies what has changed"
    }

    /// - Parameter took: how long the survey took.
    /// - Returns: nil where nothing is cut over any more.
    private func pause(
        of migration: Migration, _ survey: MigrationSurvey, took: Duration, _ target: MigrationTarget,
        _ cluster: Cluster, _ known: Lock<Samples>
    ) async throws(ClusterError) -> PauseEstimate? {
        guard migration.state == .copying else { return nil }
        let changed = Self.changed(survey)
        let pending = changed.reduce(Int64(0)) { $0 + Int64($1.record?.bytes ?? 0) }
        // What went over when they were copied, as fast as a part of one is read now.
        let samples = changed.compactMap { pair -> PaceSample.Candidate? in
            guard let source = pair.source, let node = source.nodes.first, let bytes = pair.record?.bytes,
                let rows = pair.record?.rows
            else { return nil }
            return PaceSample.Candidate(source.name, on: node, bytes: Int64(bytes), rows: Int64(rows))
        }
        let id = migration.sourceID
        var pace = known.withLock { $0.paces[id] }
        if pace == nil, !samples.isEmpty {
            let sampled = try await cluster.migrationPace(of: samples)
            known.withLock { $0.paces[id] = sampled }
            pace = sampled
        }
        var aggregates = known.withLock { $0.aggregates[id] }
        if aggregates == nil, target.isInPlace {
            let sampled = try await cluster.pauseOfAggregates(over: migration.source)
            known.withLock { $0.aggregates[id] = sampled }
            aggregates = sampled
        }
        return PauseEstimate(
            search: took, copying: (pace ?? .assumed).time(for: pending), of: changed.count,
            aggregates: aggregates ?? .zero)
    }

    /// Behind the cut-over nothing is recorded of a chunk any more: a verify of the whole table counts.
    private static func uncompared(_ migration: Migration, _ survey: MigrationSurvey) -> Int {
        if migration.state == .cutOver, migration.verifiedAt != nil { return 0 }
        return survey.pairs.count { $0.record?.isUncompared == true }
    }

    private static func row(
        _ migration: Migration, _ survey: MigrationSurvey, isHalf: Bool, _ pause: PauseEstimate?, uncompared: Int
    ) -> [Value] {
        let pairs = survey.pairs
        let changed = Self.changed(survey)
        let isKnown = !pairs.contains { $0.record?.state == .copied && $0.source != nil && $0.isChanged == nil }
        // What is kept is neither: it can't be copied any more, and need not.
        let open = pairs.filter { $0.loss == nil }
        let left = open.filter { $0.record == nil || $0.record?.state == .toDo }.count
        let failed = open.filter { $0.record?.state == .failed }.count
        let bytes = pairs.reduce(0) { $0 + Int64($1.record?.bytes ?? 0) }
        let isPauseKnown = isKnown && left == 0 && failed == 0
        return [
            .text(migration.source.shownName), .text(migration.current.shownName),
            .text(isHalf ? "half_cut_over" : migration.state == .cutOver ? "cut_over" : "copying"),
            .integer(Int64(pairs.filter { $0.source != nil }.count)),
            .integer(Int64(pairs.filter { $0.record?.state == .copied || $0.loss != nil }.count)),
            isKnown ? .integer(Int64(changed.count)) : .null, .integer(Int64(failed)), .integer(Int64(left)),
            .integer(Int64(pairs.reduce(0) { $0 + ($1.record?.rows ?? 0) })), .integer(bytes),
            migration.verifiedAt.map { .text($0) } ?? .null,
            isPauseKnown ? pause.map { .integer(Int64($0.milliseconds)) } ?? .null : .null, .integer(Int64(uncompared)),
        ]
    }
}
