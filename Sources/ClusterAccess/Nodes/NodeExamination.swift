package import MultiNode
import Postgres

/// What `check` learns of one node, over one connection.
package enum NodeExamination: Sendable {
    /// What answers at the node's address is not the node; it is asked nothing else.
    case stranger(NodeState?, NodeMismatch)
    case node(Answers)

    /// What the node told of itself; it may refuse to tell a part.
    package struct Answers: Sendable {
        package let state: NodeState
        package let inspection: ServerInspection
        /// The roles of its server.
        package let roles: Result<RoleSurvey.Remote, ClusterError>
        /// The numbers of the chunks that it lacks.
        package let missingChunks: Result<Set<Int>, ClusterError>
        /// What it has of distributed hypertables that the access node does not know.
        package let strays: Result<StrayParts, ClusterError>
        /// The numbers of the chunks to which rows were added since they were compressed.
        package let addedRows: Result<[Int], ClusterError>
        /// The numbers of the chunks that are compressed there; nil where it does not know.
        package let compressed: Result<Set<Int>?, ClusterError>
        /// Its hypertables that can't be written to there, or not as their continuous aggregates need it.
        package let wrongTriggers: Result<[TableName], ClusterError>
        /// Its tables with rows of chunks that nothing else may have.
        package let kept: Result<[KeptTable], ClusterError>
        /// Who may do what there with the distributed hypertables.
        package let grants: Result<ServerGrants, ClusterError>

        /// The error of the first question that it did not answer any more.
        package var silence: ClusterError? {
            [roles.error, missingChunks.error, strays.error, addedRows.error, grants.error].compactMap(\.self).first(
                where: \.isSilence)
        }
    }

    package var transactions: [InDoubtTransaction] {
        if case .node(let answers) = self { answers.inspection.transactions } else { [] }
    }
}

extension Cluster {
    /// Examines a node, for at most 5 seconds in all, and a half of the time that the command has left: what the others
    /// have answered is to be told all the same.
    ///
    /// - Parameters:
    ///   - accessNode: the access node's server.
    ///   - chunks: the numbers of the chunks that are to be there.
    ///   - tables: the distributed hypertables.
    package func examine(
        _ node: DataNode, beside accessNode: Capabilities, expecting chunks: [Int], sharing tables: SharedTables
    ) async throws(ClusterError) -> NodeExamination {
        let own = limitedForQuestion()
        return try await own.asking(ServerAddress(node)) { link throws(ClusterError) in
            let (state, mismatch) = try await own.recognise(node, on: link, timeout: .seconds(5))
            if let mismatch { return .stranger(state, mismatch) }
            guard let state else { throw ClusterError("the node did not say what it is") }
            let numbers = tables.on(node.name)
            var questions: [Part: SQL] = [.roles: DatabaseRole.list]
            if !chunks.isEmpty { questions[.missing] = ChunkInventory.missing(among: chunks) }
            if !tables.isEmpty {
                questions[.grants] = ServerGrants.query(of: numbers.keys.sorted(), in: tables.schemas)
            }
            // The emulator has no hypertables on its data nodes.
            if !accessNode.isEmulated {
                questions[.kept] = KeptTable.list
                questions[.strays] = StrayParts.query(besides: chunks, of: numbers.keys.sorted())
                if !chunks.isEmpty {
                    questions[.addedRows] = UnnotedRows.list
                    questions[.compressed] = CompressedChunks.all
                }
                if !tables.isEmpty { questions[.triggers] = AggregateTrigger.wrong }
            }
            for (part, sql) in zip([Part.facts, .server, .transactions], ServerInspection.questions) {
                questions[part] = sql
            }
            let began = Self.clock
            let answers = try await own.ask(questions, on: link, node: node.name)
            let inspection = try ServerInspection(
                [answers[.facts], answers[.server], answers[.transactions]], from: began, to: answers.firstAnswered)
            return .node(
                .init(
                    state: state, inspection: inspection,
                    roles: answers[.roles].map { RoleSurvey.Remote(server: state.server, $0.unsortedRoles) },
                    missingChunks: answers[.missing].map { Set($0.numbers) },
                    strays: answers[.strays].map { StrayParts($0.records) },
                    addedRows: answers[.addedRows].map(\.numbers),
                    compressed: answers[.compressed].map { CompressedChunks.numbers($0.records) },
                    wrongTriggers: answers[.triggers].map { answer in
                        answer.records.map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "") }
                    },
                    kept: answers[.kept].map { answer in
                        answer.records.map { KeptTable(row: $0) }.filter { $0.isOfChunk && $0.bytes != 0 }
                    },
                    grants: answers[.grants].map { ServerGrants($0.records, of: numbers) }))
        }
    }
}

extension QueryResult {
    /// Those of its first column.
    fileprivate var numbers: [Int] { rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } } }
}

/// What a node is asked when it is known, in this order.
private enum Part: Int, Comparable {
    case facts, server, transactions, roles, missing, grants, strays, addedRows, compressed, triggers, kept

    static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
}
