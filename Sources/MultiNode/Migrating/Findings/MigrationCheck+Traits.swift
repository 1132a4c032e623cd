extension MigrationCheck {
    /// In place the tables that keys refer to are those that are in use, and sequences stay what they are.
    func isOfThisWay(_ trait: MigrationTrait) -> Bool {
        switch trait.name {
        case .foreignKeys: facts.naming.isInPlace
        case .sharedSequences, .objectNumbers: !facts.naming.isInPlace
        default: true
        }
    }

    /// What becomes of what does not come along.
    func finding(of trait: MigrationTrait, _ table: TableName) -> MigrationFinding {
        let (text, remedy) = told(trait, table)
        let isTold =
            [.materializedViews, .sqlFunctions, .foreignKeys].contains(trait.name) && !mayLackRows(trait)
        let severity: Finding.Severity = trait.name == .rights ? .error : isTold ? .note : .warning
        return MigrationFinding(severity, trait.name, table.shownName, text, remedy: remedy)
    }

    /// Whether a materialized view has rows, or gets some before the cut-over, that can't be made anew, as raw rows are dropped.
    private func mayLackRows(_ trait: MigrationTrait) -> Bool {
        trait.name == .materializedViews
            && (facts.viewsOfBefore.contains(trait.detail)
                || facts.policies.contains {
                    $0.tableID == trait.tableID && $0.relation == table(trait.tableID)
                        && $0.procedure == "policy_retention"
                })
    }

    private func told(_ trait: MigrationTrait, _ table: TableName) -> (text: String, remedy: String) {
        let detail = trait.detail
        let isInPlace = facts.naming.isInPlace
        let after = isInPlace ? "after the cut-over" : "on the target"
        switch trait.name {
        case .rights:
            return (
                "it belongs to \(detail), and \(facts.source.user) is neither a superuser nor a member of that role",
                "connect as a superuser: -U NAME"
            )
        case .notValid:
            let drop = "ALTER TABLE \(table.quoted) DROP CONSTRAINT \(Quoting.identifier(detail))"
            return (
                "its constraint \(detail) is not valid: chunks with rows that break it can't be copied",
                "before 'migrate start', as the new table has it from then on: make the rows right, or drop it: sql \(drop)"
            )
        case .foreignKeys:
            return (
                "from 'migrate copy' on what its foreign key \(detail) refers to can't be deleted there: on the access node the key has no rows to look at now",
                "nothing need be done where nobody deletes such rows"
            )
        case .keyActions:
            return (
                isInPlace
                    ? "its foreign key \(detail) acts on the new table from 'migrate copy' on: what is changed there on the access node changes rows of the copy, which is then copied again, and behind the cut-over those of the table, as it does not now"
                    : "its foreign key \(detail) acts on the new table, where what is changed on the target changes its rows, too; on the access node it does not",
                "change nothing there until the cut-over; where that is not wanted behind it, \(isInPlace ? "sql " : "on the target, ")ALTER TABLE \(table.quoted) DROP CONSTRAINT … then"
            )
        case .sharedSequences:
            return (
                "it takes numbers from the sequence \(detail): as long as one of them is written here and another on the target, both servers give the same numbers",
                "before the first cut-over, on the target, leave room for those that are given here: SELECT setval('…', (a number that is not reached here)); or let nobody write to the others until all are cut over"
            )
        case .objectNumbers:
            return (
                "its column \(detail) has numbers of the access node's tables, functions and the like, which come along as they are, and mean others on the target, or none",
                "nothing need be done for those that are PostgreSQL's own, as most of regtype; write others down by name before: SELECT … ::text; and set them anew on the target, behind the cut-over"
            )
        case .sqlFunctions:
            return (
                isInPlace
                    ? "the body of \(detail) is bound to the old table: the cut-over makes the function anew"
                    : "the body of \(detail) is bound to the table: the cut-over makes the function on the target",
                "nothing need be done"
            )
        case .rowType:
            return (
                isInPlace
                    ? "\(detail) uses the row type of the old table, and stays so after the cut-over"
                    : "\(detail) uses the table's row type, and is not made on the target", "make it anew \(after)"
            )
        case .boundObjects:
            return (
                isInPlace
                    ? "the \(detail) is bound to the old table, and stays so after the cut-over"
                    : "the \(detail) is bound to the table, and is not made on the target",
                "make it anew \(after)"
            )
        case .materializedViews where mayLackRows(trait):
            let isBefore = facts.viewsOfBefore.contains(detail)
            return (
                "the materialized view \(detail) is made anew by the cut-over from the raw rows that are there: it "
                    + (isBefore
                        ? "has rows of before the first chunk, which the new one"
                        : "may have rows of chunks that the retention policy has dropped, which the new one")
                    + " lacks",
                "REFRESH MATERIALIZED VIEW \(detail) lets it have no others, as the cut-over does; what is to stay: sql CREATE TABLE … AS TABLE \(detail); '--accept \(MigrationFinding.Name.materializedViews.rawValue)' goes on"
            )
        case .materializedViews:
            return (
                "the materialized view \(detail) is made anew by the cut-over\(isInPlace ? "" : " on the target"), and can't be read until it is filled again",
                "nothing need be done: that follows at once, where it is filled now"
            )
        case .foreignKeysTo:
            return ("the foreign key \(detail) refers to it, and stays with the old table", "add it anew \(after)")
        case .publications:
            return (
                "the publication \(detail) has it, and will not have the new table",
                "add it \(after): ALTER PUBLICATION \(Quoting.identifier(detail)) ADD TABLE \(table.quoted)"
            )
        case .rules: return ("the rule \(detail) does not come along", "CREATE RULE makes it anew \(after)")
        case .rowSecurity:
            return (
                "row security and its policies do not come along: who may read the table reads all of it",
                "ALTER TABLE … ENABLE ROW LEVEL SECURITY and CREATE POLICY make them anew \(after)"
            )
        case .tablespaces:
            return (
                "what it has in the tablespace \(detail) goes to the usual one", "ALTER TABLE … SET TABLESPACE \(after)"
            )
        case .unlogged:
            return ("it is unlogged, and the new table is not", "nothing need be done: it is written to the WAL")
        case .securityLabels:
            return ("its security labels of \(detail) do not come along", "SECURITY LABEL makes them anew \(after)")
        case .accessMethod:
            return (
                "its access method \(detail) does not come along: the new table is a heap", "nothing else holds chunks"
            )
        default:
            return (
                "it chooses the interval of its chunks by itself; the new table keeps the one that it has now",
                "set_adaptive_chunking sets it anew \(after)"
            )
        }
    }
}
