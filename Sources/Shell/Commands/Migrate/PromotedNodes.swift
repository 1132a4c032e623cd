import ClusterAccess
import CommandLanguage
import MultiNode

extension CommandContext {
    /// - Parameter nodes: whose entries are to be changed.
    /// - Throws: where one of them is promoted, or is being: what ends that or takes it back finds the node by its entry, and the
    ///   access node must not reach it meanwhile.
    func refusePromoted(_ nodes: [DataNode], of arguments: Arguments) async throws {
        let record: PromotionRecord?
        do throws(ClusterError) {
            record = try await promotion()
        } catch {
            // Whoever may not read the record sees from the entry that there is one.
            guard nodes.contains(where: \.hasLeftOnPurpose) else { return }
            throw error
        }
        guard let record, nodes.contains(where: { $0.name == record.node }) else { return }
        throw Failure(
            ClusterError(
                "\(record.node) is promoted, or is being: '\(arguments.invocation.syntax.name)' would take away what ends that or takes it back",
                node: record.node,
                remedy:
                    "'migrate undo all' takes it back as long as nobody wrote there; 'migrate finish all --drop-old' ends it, and then it may go"
            ))
    }
}
