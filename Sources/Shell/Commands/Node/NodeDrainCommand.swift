import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct NodeDrainCommand: MovingCommand {
    private static let names = Operand<[Argument]>("NAMES", .node)
    private static let to = Option<[Argument]>(
        "--to", "NODES", .nodes, default: "those that hold least", "Where the chunks go")

    static let syntax = CommandSyntax(
        "node drain", group: .nodes, "Take everything off data nodes",
        operands: [names], options: [to] + MovingOptions.all, changes: true,
        preview: .steps(withSQL: true),
        details: """
            First the nodes take no new chunks any more. Then each copy of a chunk that is needed is copied elsewhere, \
            compared with what it was made from while nobody writes, and dropped; a copy beside which there are enough \
            others is only dropped. Reads and writes go on meanwhile. The chunks go to nodes that are attached to their \
            hypertable, take new chunks, and are on no server that has a copy already. Where new chunks would have too few \
            nodes left, nothing is done. What a node holds that does not answer is copied from the copy that \
            the access node reads, where the others that answer have the same rows. Run again, it goes on; a node that is not there any more holds nothing. 'node allow' takes back that the node takes no new chunks.

            \(MovingOptions.placesOfRows)
            """,
        examples: ["node drain dn3", "node drain dn3 dn4 --to dn1,dn2 --dry-run", "node drain dn3 --max-lock 2s"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "TimescaleDB copies no chunk in a transaction"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        return try await context.resumablyRenewing(arguments) { try await drain(context) }
    }

    private func drain(_ context: CommandContext) async throws -> Outcome {
        let capabilities = try await context.cluster.capabilities()
        // The emulator has no chunks to move, and keeps new ones away as TimescaleDB does.
        guard capabilities.canNameCopies || capabilities.isEmulated else { throw capabilities.cannotMove }
        try await context.requireReplication()
        MovingOptions.tellEnd(arguments, context)
        var outcome = try await move(context)
        guard !context.settings.dryRun, !capabilities.isEmulated else { return outcome }
        // A chunk may have been made there after the chunks were read, and before new ones were kept away.
        var rounds = 1
        do {
            while outcome.status == .done, try await copies(context) > 0 {
                let next = try await move(context)
                outcome = outcome.followed(by: next)
                rounds += 1
                // What a node that does not answer has stays registered there.
                guard next.changed, rounds < Self.mostRounds else { break }
            }
            if outcome.status == .done, try await copies(context) == 0 {
                let nodes = try await names(context)
                let ending = Self.ending(nodes, outcome.table)
                outcome.text = outcome.text.filter { $0 != MovingLines.nothing || ending.isEmpty } + ending
                outcome.remarks += ending
            }
            return outcome
        } catch {
            return outcome.ended(by: error, arguments)
        }
    }

    /// What was taken off each node, now that it is empty.
    private static func ending(_ nodes: [String], _ table: Table?) -> [String] {
        let states = [ChunkMoveResult.State.moved, .dropped].map { Value.text($0.rawValue) }
        var counts: [String: Int] = [:]
        for index in 0..<(table?.count ?? 0) {
            guard let row = table?.row(index), row.contains(where: { states.contains($0) }) else { continue }
            counts[row[MovingReport.from].text, default: 0] += 1
        }
        return nodes.map { node in
            let count = counts[node] ?? 0
            return "\(node) holds no chunks" + (count > 0 ? " any more: \(count.counted("chunk")) taken off it" : "")
        }
    }

    private static let mostRounds = 5

    private func copies(_ context: CommandContext) async throws -> Int {
        let nodes = try await names(context)
        return try await context.cluster.send(ChunkPlacement.copies(on: nodes)).value.flatMap { Int($0) } ?? 0
    }

    /// The nodes that are there: deleted, they hold nothing either.
    private func nodes(_ selection: NodeSelection) throws(Diagnostic) -> [DataNode] {
        let missing = selection.missing(arguments[Self.names]).map(\.text)
        return try selection.nodes(arguments[Self.names].filter { !missing.contains($0.text) })
    }

    private func names(_ context: CommandContext) async throws -> [String] {
        try nodes(NodeSelection(arguments, among: try await context.cluster.nodes())).map(\.name)
    }

    var goesRoundFullNodes: Bool { true }

    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        let tables = try await cluster.chunkedTables()
        let begun = try await context.removeBegunCopies(
            of: tables, over: arguments[MovingOptions.parallel])
        let survey = try await cluster.placementSurvey(of: tables)
        // After an interrupt some nodes were not asked.
        try Task.checkCancellation()
        let selection = NodeSelection(arguments, among: survey.nodes)
        let missing = NodeSelection.told(missing: selection.missing(arguments[Self.names]))
        let nodes = try self.nodes(selection)
        guard !nodes.isEmpty else {
            var plan = MovingPlan()
            plan.unchanged = missing
            plan.notes = begun
            return plan
        }
        var drain = NodeDrain(nodes, survey, alone: await cluster.tablesAloneThere(on: nodes, among: survey.nodes))
        var destinations: Set<String>?
        if !arguments[Self.to].isEmpty {
            let chosen = try selection.list(arguments[Self.to])
            if let both = chosen.first(where: { drain.names.contains($0.name) }) {
                throw arguments.problem("\(both.name) is to be emptied: it can't be given its own chunks")
            }
            destinations = Set(chosen.map(\.name))
        }
        if let failure = drain.refusal { throw failure }
        let placed = drain.plan(
            to: destinations, sparing: spared, capabilities, withoutChoice: arguments.repeated(without: Self.to.name))
        var plan = try await drain.provingSources(of: placed, cluster)
        plan.unchanged += missing
        plan.notes += begun
        return plan
    }
}
