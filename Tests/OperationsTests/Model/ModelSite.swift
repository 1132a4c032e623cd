import ClusterAccess
import MultiNode
import Operations

/// A model cluster for steps that heal and add nodes. The node is found by the text of the statement, so only what was
/// shown has an effect.
struct ModelSite: HealingSite, NodeAddingSite {
    let client: ModelClient
    /// The nodes by the plans that were shown.
    private var nodes: [String: String] = [:]

    init(_ client: ModelClient) { self.client = client }

    mutating func know(_ name: String, by plan: Plan) { nodes[Self.text(of: plan)] = name }

    private static func text(of plan: Plan) -> String {
        plan.statements.map(\.shown).joined(separator: "\n")
    }

    private func node(_ plan: Plan) throws(ClusterError) -> String {
        let text = Self.text(of: plan)
        guard let node = nodes[text] else { throw ClusterError("nobody was shown this: \(text)") }
        return node
    }

    func heal(
        _: DataNode, by statement: SQL, within limit: Duration, _: StepReport
    ) async throws(ClusterError) -> HealingAnswer {
        let node = try node(Plan(statement))
        let ended = try await client.call(node, .effect, within: limit) { state, healed in state.heal(node, &healed) }
        return HealingAnswer(ended: ended)
    }

    func preparedCount(
        on node: DataNode, over _: (any Link)?, within limit: Duration
    ) async throws(ClusterError) -> Int {
        try await client.call(node.name, .question, within: limit) { state, _ in
            .success(state.preparedCount(on: node.name))
        }
    }

    func addNode(by plan: Plan) async throws(ClusterError) {
        let name = try node(plan)
        let ifNotExists = Self.text(of: plan).contains("if_not_exists")
        _ = try await client.call(name, .effect, within: .seconds(30)) { state, _ in
            state.addNode(name, ifNotExists: ifNotExists)
        }
    }

    func hasNode(_ name: String) async throws(ClusterError) -> Bool {
        try await client.call(name, .question, within: .seconds(5)) { state, _ in
            .success(state.nodeList.contains(name))
        }
    }
}
