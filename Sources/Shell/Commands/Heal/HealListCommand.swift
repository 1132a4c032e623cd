import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct HealListCommand: Command {
    static let syntax = CommandSyntax(
        "heal list", group: .healing, "List what is in doubt, and what healing would do with each",
        details: """
            Each node is asked directly. The verdicts: commit and abort, as the access node decided; in_progress, \
            still running on the access node; foreign, not prepared by TimescaleDB, and left alone; another, which another \
            access node has begun, or this one before it was restored: its node is not healed but by 'heal --of-others'; malformed, which \
            stops all healing of that node until it is ended there by hand (ROLLBACK PREPARED). Of a node that is marked \
            unavailable it is said that healing passes over it. The status is 4 when \
            some nodes did not answer, and 1 when none did.
            """,
        examples: ["heal list", "heal list --format json"])

    static let columns: [Table.Column] = [
        "node", "gid", .integer("age_seconds"), "owner", "verdict",
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let nodes = try await cluster.nodes()
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            let own = cluster.limitedForQuestion()
            return try await own.asking(node) { link throws(ClusterError) in
                try await own.prepared(on: link, node.name, timeout: .seconds(5))
            }
        }
        try Task.checkCancellation()
        let gids = answers.flatMap { $0.value?.map(\.gid) ?? [] }
        let (committed, snapshot) = try await cluster.verdicts(on: gids)
        var outcome = Outcome()
        var rows: [[Value]] = []
        var verdicts: [InDoubtTransaction.Verdict] = []
        var silent: [String] = []
        for answer in answers {
            outcome.nodes.append(NodeOutcome(answer))
            switch answer.result {
            case .success(let transactions):
                for transaction in transactions {
                    let verdict = transaction.verdict(on: answer.item, committed: committed, snapshot)
                    if !verdicts.contains(verdict) { verdicts.append(verdict) }
                    rows.append([
                        .text(answer.item.name), .text(transaction.gid), .integer(Int64(transaction.ageSeconds)),
                        .text(transaction.owner), .text(verdict.rawValue),
                    ])
                }
            case .failure(let error): silent.append("\(answer.item.name) (\(error.summary))")
            }
        }
        if !silent.isEmpty {
            outcome.status = silent.count == answers.count ? .failed : .partial
            outcome.complaint = "no answer from \(silent.listed)"
        }
        outcome.notes = verdicts.map { "\($0.rawValue): \($0.reason)" }
        let passed = answers.filter { !$0.item.isAvailable && !($0.value ?? []).isEmpty }.map(\.item.name)
        if !passed.isEmpty {
            let words = passed.map(Quoting.word).joined(separator: " ")
            outcome.notes.append(
                "\(passed.listed) \(passed.count == 1 ? "is" : "are") marked unavailable, and healing passes over "
                    + "\(passed.count == 1 ? "it" : "them"): 'node enable \(words)' ends what is in doubt there")
        }
        outcome.table = Table(columns: Self.columns, rows: rows)
        return outcome
    }
}
