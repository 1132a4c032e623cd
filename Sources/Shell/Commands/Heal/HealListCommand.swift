import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HealListCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "heal list", group: .healing, "List what is in doubt, and what healing would do with each",
        details: """
            Each node is asked directly. The verdicts: commit and abort, as the access node decided; in_progress, \
            still running on the access node; foreign, not prepared by TimescaleDB, and left alone; malformed, which \
            stops all healing of that node until it is ended there by hand (ROLLBACK PREPARED). The status is 4 when \
            some nodes did not answer, and 1 when none did.
            """,
        examples: ["heal list", "heal list --format json"])

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let nodes = try await session.dataNodes()
        let answers = await session.onEach(nodes) { node throws(Failure) -> [InDoubtTransaction] in
            try await session.inDoubt(on: node)
        }
        try Task.checkInterruption()
        let gids = answers.flatMap { (try? $0.answer.get().map(\.gid)) ?? [] }
        let (committed, snapshot) = try await session.verdicts(on: gids)
        var outcome = Outcome()
        var rows: [[Value]] = []
        var verdicts: [InDoubtTransaction.Verdict] = []
        var silent: [String] = []
        for (node, answer, milliseconds) in answers {
            switch answer {
            case .success(let transactions):
                outcome.nodes.append(NodeOutcome(node.name, ok: true, milliseconds: milliseconds))
                for transaction in transactions {
                    let verdict = transaction.verdict(committed: committed, snapshot)
                    if !verdicts.contains(verdict) { verdicts.append(verdict) }
                    rows.append([
                        .text(node.name), .text(transaction.gid), .integer(Int64(transaction.ageSeconds)),
                        .text(transaction.owner), .text(verdict.rawValue),
                    ])
                }
            case .failure(let failure):
                silent.append("\(node.name) (\(failure.summary))")
                outcome.nodes.append(
                    NodeOutcome(
                        node.name, ok: false, sqlstate: failure.sqlstate, message: failure.summary,
                        milliseconds: milliseconds))
            }
        }
        let columns: [Table.Column] = [
            .init("node"), .init("gid"), .init("age_seconds", .right), .init("owner"), .init("verdict"),
        ]
        if !silent.isEmpty {
            outcome.status = silent.count == answers.count ? .failed : .partial
            outcome.complaint = "no answer from \(silent.joined(separator: ", "))"
        }
        outcome.notes = verdicts.map { "\($0.rawValue): \($0.reason)" }
        outcome.table = Table(columns: columns, rows: rows)
        return outcome
    }
}
