/// What follows a table by its number, and has to follow its name instead when the names are exchanged.
package struct Dependents: Sendable, Equatable {
    package let sequences: [OwnedSequence]
    package let aggregates: [DependentAggregate]
    package let views: [DependentView]
    package let policies: [DependentPolicy]

    package init(
        sequences: [OwnedSequence] = [], aggregates: [DependentAggregate] = [], views: [DependentView] = [],
        policies: [DependentPolicy] = []
    ) {
        self.sequences = sequences
        self.aggregates = aggregates
        self.views = views
        self.policies = policies
    }

    /// What is empty when it was remade.
    package var emptied: [TableName] { views.filter { $0.kind == .materialized }.map(\.name) }

    /// Of the views: what is a relation.
    package var relations: [TableName] { views.filter { $0.kind != .function }.map(\.name) }

    /// Of the views: the functions and procedures, with their arguments.
    package var routines: [String] { views.compactMap(\.signature) }

    /// Of what hangs on the old table after a cut-over in place: what that has put aside.
    package var putAside: Dependents {
        func isAside(_ name: TableName) -> Bool { name.name.hasSuffix(MigrationNames.oldMark) }
        return Dependents(
            aggregates: aggregates.filter { isAside($0.name) },
            views: views.filter { $0.kind == .materialized && isAside($0.name) })
    }

    /// Of what hangs on the old table after a cut-over to another server: what that has, too.
    ///
    /// - Parameter names: of ``there``.
    package func those(there names: Set<String>) -> Dependents {
        Dependents(
            aggregates: aggregates.filter { names.contains($0.name.quoted) },
            views: views.filter { names.contains($0.signature ?? $0.name.quoted) })
    }

    /// For another server, with a search path of `pg_catalog`: which of the names it has, as `name`.
    package var there: SQL {
        """
        SELECT x AS name
          FROM pg_catalog.unnest(\((aggregates.map(\.name) + relations).map(\.quoted), type: "text[]")) x
         WHERE pg_catalog.to_regclass(x) IS NOT NULL
         UNION ALL
        SELECT p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc p
         WHERE p.oid::pg_catalog.regprocedure::text = ANY (\(routines, type: "text[]"))
        """
    }

    // MARK: The cut-over

    /// Before the names are exchanged: what can't be replaced gets out of the way.
    ///
    /// - Parameter table: the one that gets the name, as it is called until then.
    package func settingAside(for table: TableName) -> [SQL] {
        sequences.map { $0.statement(to: table) }
            + aggregates.flatMap { $0.setAside(as: MigrationNames.old) }
            + views.flatMap { $0.setAside(as: MigrationNames.old) }
    }

    /// After that: everything over the table that has the name now.
    ///
    /// - Parameter isOn: the jobs that were scheduled before they were turned off for the migration.
    package func remaking(
        over table: TableName, isOn: Set<Int>, _ capabilities: Capabilities
    ) -> [SQL] {
        aggregates.flatMap { $0.remaking(over: table, capabilities) } + remakingRest(isOn: isOn, capabilities)
    }

    /// The same without the continuous aggregates.
    func remakingRest(isOn: Set<Int>, _ capabilities: Capabilities) -> [SQL] {
        views.flatMap(\.remaking) + policies.map { $0.remaking(isOn: isOn.contains($0.job), capabilities) }
    }

    /// What `undo` does of it, in its order; the last of it drops what the cut-over made and holds nothing of its own.
    package func undoing(over table: TableName, isOn: Set<Int>, _ capabilities: Capabilities) -> [SQL] {
        var statements = aggregates.reversed().flatMap { $0.setAside(as: MigrationNames.new) }
        statements += aggregates.flatMap { $0.bringBack(from: MigrationNames.old) }
        for view in views {
            statements += view.setAside(as: MigrationNames.new) + view.bringBack(from: MigrationNames.old)
        }
        statements += policies.filter { isOn.contains($0.job) }.map { $0.on(capabilities) }
        let emptied = views.reversed().filter { $0.kind == .materialized }.map { view -> SQL in
            "DROP MATERIALIZED VIEW \(qualified: TableName(schema: view.name.schema, name: MigrationNames.new(view.name.name)))"
        }
        return statements + emptied + aggregates.reversed().map { $0.drop(MigrationNames.new($0.name.name)) }
    }

    /// The other way, after the names are exchanged: what is replaced in its place.
    package var goingBack: [SQL] {
        views.filter { $0.kind != .materialized }.flatMap(\.remaking)
    }
}
