import ClusterAccess
import CommandLanguage
import MultiNode

/// The part of `hypertable repair` that gives chunks the copies that they lack.
struct MissingCopies: MovingCommand {
    static let syntax = HypertableRepairCommand.syntax

    let arguments: Arguments
    /// Copies that are to be dropped before, by chunk.
    private let dropped: [Int: Set<String>]
    /// The chunks that are left as they are.
    private let left: Set<Int>

    init(_ arguments: Arguments) { self.init(arguments, except: []) }

    init(_ arguments: Arguments, without dropped: [Int: Set<String>] = [:], except left: Set<Int>) {
        self.arguments = arguments
        self.dropped = dropped
        self.left = left
    }

    var isPlannedFromHere: Bool { dropped.isEmpty }

    var goesRoundFullNodes: Bool { true }

    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan {
        let cluster = context.cluster
        let tables = try ChunkSelection(arguments, among: try await cluster.chunkedTables())
            .tables(arguments[HypertableRepairCommand.tables])
        let survey = try await cluster.placementSurvey(of: tables)
        // After an interrupt some nodes were not asked.
        try Task.checkCancellation()
        let problem = survey.without(dropped).problem(without: left).sparing(spared)
        return MovingPlan(problem.repair(), of: survey)
    }
}
