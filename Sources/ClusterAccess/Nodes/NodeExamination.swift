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
        /// Who may do what there with the distributed hypertables.
        package let grants: Result<ServerGrants, ClusterError>

        /// The error of the first question that it did not answer any more.
        package var silence: ClusterError? {
            [roles.error, missingChunks.error, strays.error, grants.error].compactMap(\.self).first(where: \.isSilence)
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
            let inspection = try await own.inspect(link, node: node.name, timeout: .seconds(5))
            let roles = await own.result { () throws(ClusterError) in
                RoleSurvey.Remote(server: state.server, try await own.roles(of: node, on: link))
            }
            let missing = await own.result { () throws(ClusterError) in
                try await own.missing(among: chunks, of: node, on: link)
            }
            let grants = await own.result { () throws(ClusterError) in
                try await own.grants(of: tables, on: link, node: node)
            }
            let strays = await own.result { () throws(ClusterError) in
                // The emulator has no hypertables on its data nodes.
                if accessNode.isEmulated { return StrayParts([]) }
                let query = StrayParts.query(besides: chunks, of: tables.on(node.name).keys.sorted())
                return StrayParts(try await own.send(query, on: link, node: node.name).records)
            }
            return .node(
                .init(
                    state: state, inspection: inspection, roles: roles, missingChunks: missing, strays: strays,
                    grants: grants))
        }
    }

    private func missing(
        among chunks: [Int], of node: DataNode, on link: any Link
    ) async throws(ClusterError) -> Set<Int> {
        guard !chunks.isEmpty else { return [] }
        let rows = try await send(ChunkInventory.missing(among: chunks), on: link, node: node.name).rows
        return Set(rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } })
    }

    private func result<Value>(
        _ work: () async throws(ClusterError) -> Value
    ) async -> Result<Value, ClusterError> {
        do throws(ClusterError) { return .success(try await work()) } catch { return .failure(error) }
    }
}
