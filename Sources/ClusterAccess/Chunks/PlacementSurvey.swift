package import MultiNode

/// What is known of a cluster whose chunks are to be placed: its nodes, hypertables and chunks, and where copies may go.
package struct PlacementSurvey: Sendable {
    /// What a node tells of itself.
    package struct Telling: Sendable {
        package let server: ServerIdentity?
        package let facts: CopySurvey.Facts
    }

    /// All nodes of the cluster.
    package let nodes: [DataNode]
    package let tables: [ChunkedTable]
    package let attachments: [BlockedNodes.Attachment]
    package private(set) var chunks: [Chunk]
    private var positions: ChunkPositions
    private var answers: [Answer<DataNode, Telling>]
    private var copies: CopySurvey

    init(
        nodes: [DataNode], tables: [ChunkedTable], attachments: [BlockedNodes.Attachment], chunks: [Chunk],
        positions: ChunkPositions, _ answers: [Answer<DataNode, Telling>]
    ) {
        self.nodes = nodes
        self.tables = tables
        self.attachments = attachments
        self.chunks = chunks
        self.positions = positions
        self.answers = answers
        copies = CopySurvey(
            answers.map { answer in
                Answer(item: answer.item, result: answer.result.map(\.facts), milliseconds: answer.milliseconds)
            })
    }

    /// Why nodes did not answer that are not marked unavailable.
    package var failures: [(node: DataNode, error: ClusterError)] {
        answers.compactMap { answer in
            guard answer.item.isAvailable, let error = answer.error else { return nil }
            return (answer.item, error)
        }
    }

    /// Whether copies can be read and made on a node.
    package func isUsable(_ node: String) -> Bool {
        answers.contains { $0.item.name == node && $0.item.isAvailable && $0.value != nil }
    }

    /// Of one copy: the largest, because one that lacks rows is smaller; nil if no copy is where it could be looked at.
    package func bytes(of chunk: Chunk) -> Int64? { chunk.copies.compactMap { copies[$0]?.bytes }.max() }

    /// The copies that the access node's catalog has and their nodes have not.
    package func missingCopies(of chunk: Chunk) -> [Chunk.Copy] { chunk.copies.filter { copies.has($0) == false } }

    /// The same without some copies, which are to be dropped.
    ///
    /// - Parameter copies: the nodes of these copies, by chunk.
    package func without(_ copies: [Int: Set<String>]) -> PlacementSurvey {
        var survey = self
        survey.chunks = chunks.map { chunk in copies[chunk.id].map { chunk.without($0) } ?? chunk }
        return survey
    }

    /// The problem that it comes to. What is known of single copies is then forgotten: of many it takes as much room as the
    /// plan, which is made from the problem.
    ///
    /// - Parameters:
    ///   - left: the chunks that are not in it.
    ///   - fixed: the chunks whose copies stay where they are, and count for what their nodes hold.
    package mutating func takeProblem(without left: Set<Int> = [], fixed: Set<Int> = []) -> PlacementProblem {
        let problem = problem(without: left, fixed: fixed)
        positions = ChunkPositions()
        answers = answers.map { answer in
            Answer(
                item: answer.item,
                result: answer.result.map { Telling(server: $0.server, facts: CopySurvey.Facts()) },
                milliseconds: answer.milliseconds)
        }
        copies = CopySurvey([])
        return problem
    }

    /// - Parameters:
    ///   - left: the chunks that are not in it.
    ///   - fixed: the chunks whose copies stay where they are, and count for what their nodes hold.
    package func problem(without left: Set<Int> = [], fixed: Set<Int> = []) -> PlacementProblem {
        var servers = ServerNames()
        let nodes = answers.map { answer in
            let name = answer.item.name
            let server = answer.value?.server.map { servers.note($0, name) ?? name }
            return PlacementProblem.Node(name, server: server, isAvailable: isUsable(name))
        }
        return PlacementProblem(
            nodes: nodes, tables: tables, attachments: attachments,
            chunks: left.isEmpty ? chunks : chunks.filter { !left.contains($0.id) },
            positions: positions, fixed: fixed
        ) { bytes(of: $0) ?? 0 }
    }
}
