import ClusterAccess
import MultiNode

/// Advises about a data node that the access node could not connect to. The access node passes on the words of that
/// node's server and no SQLSTATE, so the node is asked from here too.
struct UnreachedNodeAdvice {
    private static let unableToConnect = "08001"
    private static let limit: Duration = .seconds(3)

    private let cluster: Cluster

    init(_ context: CommandContext) {
        // The command's own time may be over.
        cluster = context.cluster.limited(to: Self.limit)
    }

    /// The failure, with advice for what the node itself answers; others are unchanged.
    func advising(_ failure: Failure) async -> Failure {
        guard failure.sqlstate == Self.unableToConnect, let name = Remedy.unreached(inMessage: failure.message),
            failure.remedy == Remedy.nodeMayBeDown(name), await cluster.connection.transaction == .none,
            let nodes = try? await cluster.nodes()
        else { return failure }
        var result = failure
        guard let node = nodes.first(where: { $0.name == name }) else {
            result.remedy = "check that the server runs at that address, and that it lets the access node in"
            return result
        }
        let probe = await cluster.probe(node, timeout: Self.limit)
        if probe.state == .up {
            result.remedy = """
                from here it answers, so it is the access node that it does not let in: for its password \
                ('role passfile'; 'role map'), its role ('role check'), its address (pg_hba.conf there), or the address that \
                the access node has for it
                """
        } else if let refusal = probe.error?.refusal {
            result.remedy = refusal.advice(node: name)
        }
        return result
    }
}
