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
        aggregates.flatMap { $0.remaking(over: table) } + remakingRest(isOn: isOn, capabilities)
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
