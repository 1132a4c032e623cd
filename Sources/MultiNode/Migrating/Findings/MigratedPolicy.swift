/// A policy of a hypertable, or of a continuous aggregate over it, and the roles that it runs as. Made anew, it runs as the role
/// that owns what it is of; TimescaleDB wants that one to be able to log in.
package struct MigratedPolicy: Sendable, Equatable {
    let tableID: Int
    /// What it is of.
    let relation: TableName
    /// `policy_retention` or the like.
    let procedure: String
    /// To whom that belongs, and the policy itself now.
    package let owner: String
    let jobOwner: String

    /// - Parameter row: of ``list(of:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        tableID = row.integer("table_id")
        relation = TableName(schema: row["schema"], name: row["name"] ?? "")
        procedure = row["procedure"] ?? ""
        owner = row["owner"] ?? ""
        jobOwner = row["job_owner"] ?? ""
    }

    /// What is told of it.
    var kind: String {
        switch procedure {
        case "policy_retention": "retention policy"
        case "policy_compression": "compression policy"
        default: "refresh policy"
        }
    }

    /// For the access node: those of hypertables.
    package static func list(of tables: [Int]) -> SQL {
        """
        WITH RECURSIVE tree (table_id, id, schema, name) AS (
            SELECT h.id, h.id, h.schema_name, h.table_name FROM _timescaledb_catalog.hypertable h
             WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
             UNION ALL
            SELECT t.table_id, a.mat_hypertable_id, a.user_view_schema, a.user_view_name
              FROM tree t JOIN _timescaledb_catalog.continuous_agg a ON a.raw_hypertable_id = t.id)
        SELECT t.table_id, t.schema, t.name, j.proc_name AS procedure, r.rolname AS owner, o.rolname AS job_owner
          FROM tree t
          JOIN _timescaledb_config.bgw_job j ON j.hypertable_id = t.id
          JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', t.schema, t.name))
          JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
          -- A name up to 2.9, a regrole behind it.
          JOIN pg_catalog.pg_roles o ON pg_catalog.to_jsonb(j) ->> 'owner' IN (o.rolname, pg_catalog.quote_ident(o.rolname))
         WHERE j.proc_name IN ('policy_retention', 'policy_compression', 'policy_refresh_continuous_aggregate')
         ORDER BY t.table_id, j.id
        """
    }

    /// For the server that the tables go to: those of the roles that can't log in, `name`.
    package static func withoutLogin(_ roles: [String]) -> SQL {
        """
        SELECT rolname AS name FROM pg_catalog.pg_roles
         WHERE NOT rolcanlogin AND rolname = ANY (\(roles, type: "name[]")) ORDER BY 1
        """
    }
}

extension MigrationCheck {
    /// As whom the policies run afterwards.
    var ofPolicies: [MigrationFinding] {
        let sleeping = facts.policies.filter { facts.rolesWithoutLogin.contains($0.owner) }
        var findings = Dictionary(grouping: sleeping, by: \.owner).sorted { $0.key < $1.key }.map { owner, policies in
            let names = policies.map(\.relation.shownName).reduce(into: [String]()) {
                if !$0.contains($1) { $0.append($1) }
            }
            return MigrationFinding(
                .error, .policies, place,
                "the role \(owner), to which \(names.listed) \(names.count == 1 ? "belongs" : "belong"), can't log in: no policy can be made that runs as it",
                remedy:
                    "\(facts.naming.isInPlace ? "sql" : "on it:") ALTER ROLE \(Quoting.identifier(owner)) LOGIN; or give what is its own to another role"
            )
        }
        findings += facts.policies.filter { $0.owner != $0.jobOwner }.compactMap { policy in
            table(policy.tableID).map { table in
                MigrationFinding(
                    .note, .policies, table.shownName,
                    "the \(policy.kind) of \(policy.relation.shownName) runs as \(policy.jobOwner), and afterwards as \(policy.owner), to which that belongs",
                    remedy: "nothing need be done, where \(policy.owner) may do that")
            }
        }
        return findings
    }
}
