/// How the chunks of a hypertable are compressed.
package struct CompressionSettings: Sendable, Equatable {
    /// Quoted for SQL, in order.
    package let segmentBy: [String]
    /// As in ORDER BY.
    package let orderBy: [String]

    /// The options of `ALTER TABLE … SET` that make it so.
    var options: String {
        var options = ["timescaledb.compress"]
        if !segmentBy.isEmpty {
            options.append("timescaledb.compress_segmentby = \(Quoting.literal(segmentBy.joined(separator: ", ")))")
        }
        if !orderBy.isEmpty {
            options.append("timescaledb.compress_orderby = \(Quoting.literal(orderBy.joined(separator: ", ")))")
        }
        return options.joined(separator: ", ")
    }
}
