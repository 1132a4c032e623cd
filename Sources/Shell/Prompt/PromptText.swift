import ClusterAccess
import LineEditing
import MultiNode
import Postgres
import Rendering

extension Interpreter {
    /// - Parameter nodes: nil if it is unknown how many data nodes answer.
    func prompt(_ nodes: NodeCount?) -> Prompt {
        let (continuation, ending) = (
            settings.continuationPrompt ?? "   -> ", settings.continuationPrompt ?? "; runs it> "
        )
        guard let link = connection.link, link.isOpen else {
            return Prompt("tscl (not connected)> ", continuation: continuation, ending: ending)
        }
        let transaction =
            switch link.transactionStatus {
            case .inTransaction: "*"
            case .failed: "!"
            default: ""
            }
        let capabilities = connection.capabilities
        let place = ConnectionSummary(link.info, label: target.cluster.label, capabilities).place
        let text = settings.prompt.filled { field in
            switch field {
            // Names come from servers and may contain what a terminal would obey.
            case .database: printable(link.info.database)
            case .accessNode: printable(place)
            case .user: printable(link.info.user)
            case .process: String(link.info.backendPID)
            case .nodes: nodes.map { "\($0.answering)/\($0.all)" } ?? ""
            case .emulated: capabilities?.isEmulated == true ? "emulated" : ""
            case .transaction: transaction
            case .percent: "%"
            }
        }
        return Prompt(text, continuation: continuation, ending: ending)
    }

    /// Shows what the access node sends while no command runs, until the task is cancelled.
    ///
    /// - Returns: whether the connection was lost.
    func watchWhileIdle() async -> Bool {
        guard let link = connection.link else { return false }
        let output = output
        let loss = await link.watch { notification in
            let payload = notification.payload.isEmpty ? "" : ": \(notification.payload)"
            output.message(
                "notification: \(notification.channel)\(payload) (from process \(notification.backendPID))")
        }
        guard let loss else { return false }
        let cause = loss.message.split(whereSeparator: \.isNewline).first.map { " (\($0))" } ?? ""
        let isInTransaction = connection.transaction == .written
        output.message(
            "note: the connection to the access node was lost\(cause); "
                + (isInTransaction ? "the open transaction is undone" : "the next command opens it again"))
        return true
    }
}
