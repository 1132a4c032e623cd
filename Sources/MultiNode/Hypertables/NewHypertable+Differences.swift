extension NewHypertable {
    /// How a hypertable that is there differs from this one, in what this one names; the interval apart.
    package func differences(from hypertable: Hypertable) -> [String] {
        var differences: [String] = []
        func compare(_ what: String, _ actual: String?, _ wanted: String?) {
            guard let wanted, wanted != actual else { return }
            differences.append("\(what) \(actual ?? "none"), not \(wanted)")
        }
        compare("time column", hypertable.timeColumn, timeColumn)
        compare("partitioned by", hypertable.partitionColumn, partitionColumn)
        compare("partitions", hypertable.partitions.map { String($0) }, partitions.map { String($0) })
        compare("replication factor", String(hypertable.replicationFactor), replicationFactor.map { String($0) })
        compare(
            "nodes", hypertable.nodes.sorted().listed,
            nodes.map { $0.sorted().listed })
        return differences
    }
}

extension ChunkInterval {
    package var text: String {
        switch self {
        case .time(let text): text
        case .units(let units): String(units)
        }
    }

    /// Whether this is the interval that the list of hypertables has: one row with one boolean. A number is microseconds
    /// where the time column holds times.
    package func isSame(as listed: String) -> SQL {
        let isListedInUnits = Int(listed) != nil
        return switch self {
        case .units(let units) where isListedInUnits: "SELECT \(literal: units) = \(raw: SQL(stringLiteral: listed))"
        case .units(let units): "SELECT \(listed, type: "interval") = \(literal: units) * interval '1 microsecond'"
        case .time where isListedInUnits: "SELECT false"
        case .time(let text): "SELECT \(listed, type: "interval") = \(text, type: "interval")"
        }
    }
}
