import CommandLanguage
import MultiNode

/// Whether `migrate start` may begin with what was found.
struct MigrationRefusal {
    private let arguments: Arguments
    private let given: Set<String>

    /// - Parameter accepted: the names of the findings that are accepted.
    init(_ arguments: Arguments, _ accepted: Set<String>) {
        self.arguments = arguments
        given = accepted
    }

    /// - Throws: where something forbids it, or is to be accepted first.
    func refuse(_ findings: [MigrationFinding]) throws(Failure) {
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw Failure(
                "this can't be migrated yet\n" + Self.listed(errors),
                remedy: "mend it, as 'migrate plan' says; or name others")
        }
        let open = findings.filter { $0.severity == .warning && !given.contains($0.name.rawValue) }
        guard !open.isEmpty else { return }
        let names = given.union(open.map(\.name.rawValue)).sorted()
        throw Failure(
            "not all of it comes along\n" + Self.listed(open), status: .unconfirmed,
            remedy: "mend it, as 'migrate plan' says; or: \(accepting(names))")
    }

    private static func listed(_ findings: [MigrationFinding]) -> String {
        findings.map(MigrationPlanReport.line).joined(separator: "\n")
    }

    /// The same command that accepts these.
    private func accepting(_ names: [String]) -> String {
        var words = ["migrate start"] + arguments[MigrationChoice.tables].map { Quoting.word($0.text) }
        if let to = arguments[MigrationChoice.to] { words += ["--to", Quoting.word(to.text)] }
        if let node = arguments[MigrationChoice.promote] { words += ["--promote", Quoting.word(node.text)] }
        return (words + ["--accept"] + names).joined(separator: " ")
    }
}
