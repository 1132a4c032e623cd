import CommandLanguage
package import MultiNode

/// The commands that make one distributed hypertable, without its rows.
package struct HypertableScript {
    package var hypertable: Hypertable
    package var dimensions: [Dimension]
    package var definition: TableDefinition

    package init(_ hypertable: Hypertable, _ dimensions: [Dimension], _ definition: TableDefinition) {
        self.hypertable = hypertable
        self.dimensions = dimensions
        self.definition = definition
    }

    package func lines(_ capabilities: Capabilities) -> [String] {
        let table = hypertable.table
        var lines = definition.needs.map { comment("needs \($0), which is not in this script") }
        if let schema = table.schema, schema != "public" {
            let create = "CREATE SCHEMA IF NOT EXISTS \(Quoting.identifier(schema))"
            lines += [ScriptLine.sql(create), ScriptLine.exec(create)]
        }
        lines += definition.statements.map(ScriptLine.sql)
        lines.append(create)
        // The command takes one column besides the time.
        let more = dimensions.dropFirst().filter { $0.column != space?.column }
        lines += more.map { ScriptLine.sql(Hypertables.add($0, to: table, capabilities).text) }
        lines += hypertable.blockedNodes.map {
            ScriptLine.command("node block", [GlobPattern.escaped($0)], [.init("--for", table.description)])
        }
        if hypertable.owner != capabilities.user { lines.append(owner(capabilities)) }
        return lines + (definition.omissions + omissions).map { comment("left out: \($0)") }
    }

    private var space: Dimension? { dimensions.dropFirst().first { $0.partitions != nil } }

    private func comment(_ text: String) -> String { ScriptLine.comment("\(hypertable.table): \(text)") }

    private var create: String {
        var options: [ScriptLine.Option] = []
        if let space, let partitions = space.partitions {
            options += [.init("--partition-by", space.column), .init("--partitions", String(partitions))]
        }
        if let interval = dimensions.first?.interval { options.append(.init("--chunk-interval", interval)) }
        options.append(.init("--replication-factor", String(hypertable.replicationFactor)))
        if !hypertable.nodes.isEmpty { options.append(.init("--on", ScriptLine.nodes(hypertable.nodes))) }
        options.append(.init("--if-not-exists"))
        return ScriptLine.command(
            "hypertable create", [hypertable.table.description, hypertable.timeColumn], options)
    }

    /// Behind all else: the owner need not be allowed to make it.
    private func owner(_ capabilities: Capabilities) -> String {
        if capabilities.isEmulated {
            return comment("its owner is \(hypertable.owner), which the emulator can't alter")
        }
        let owner = Quoting.identifier(hypertable.owner)
        return ScriptLine.sql("ALTER TABLE \(hypertable.table.quoted) OWNER TO \(owner)")
    }

    private var omissions: [String] {
        var omissions: [String] = []
        if hypertable.isCompressionEnabled { omissions.append("compression") }
        if let function = dimensions.compactMap(\.integerNow).first {
            omissions.append("function for the present, \(function)")
        }
        // `hypertable create` makes an index for each, and so more than this table has.
        let time = hypertable.timeColumn
        for columns in [time] + (space.map { ["\($0.column),\(time)"] } ?? [])
        where !definition.indexedColumns.contains(columns) {
            omissions.append("the lack of an index on \(columns), which TimescaleDB makes by itself")
        }
        return omissions
    }
}
