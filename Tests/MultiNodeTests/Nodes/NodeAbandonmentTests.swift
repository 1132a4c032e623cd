import Testing

@testable import MultiNode

/// What is lost with a data node, and the statements that take it out.
@Suite struct NodeAbandonmentTests {
    private func chunk(
        _ id: Int, of table: String = "metrics", from start: Int = 0, rows: Int? = nil
    ) -> LostChunk {
        LostChunk(row: [
            "id": String(id), "schema": "_timescaledb_internal", "name": "c\(id)", "table_schema": "public",
            "table_name": table, "range_start": String(start), "range_end": String(start + 10),
            "first": String(start), "last": String(start + 10), "rows": rows.map(String.init),
            "bytes": rows.map { String($0 * 100) },
        ])
    }

    @Test func whatIsLostIsToldByHypertable() {
        let parts = LostPart.list([
            chunk(1, from: 0, rows: 5), chunk(2, from: 10), chunk(3, from: 10, rows: 7),
            chunk(5, from: 40), chunk(4, of: "other", from: 90),
        ])
        #expect(parts.map(\.table.name) == ["metrics", "other"])
        #expect(parts[0].chunks == 4 && parts[0].rows == 12 && parts[0].bytes == 1200 && parts[0].unknown == 2)
        // What is between them has copies elsewhere.
        #expect(parts[0].ranges.map { [$0.start, $0.end] } == [["0", "20"], ["40", "50"]])
        #expect(parts[1].unknown == 1 && parts[1].ranges.map(\.end) == ["100"])
        #expect(LostPart.list([]).isEmpty)
    }

    @Test func onlyTheLostChunksAreDroppedAndThenTheNode() throws {
        let node = DataNode(name: "dn3", host: "h", database: "d")
        let plan = try NodeAbandonment(
            node, losing: [chunk(1), chunk(2)], aggregated: [], mappings: [], Servers.version213
        ).plan
        #expect(
            plan.sent.map(\.shown) == [
                #"SELECT * FROM "public".alter_data_node('dn3', available => false)"#,
                #"DROP FOREIGN TABLE IF EXISTS "_timescaledb_internal"."c1", "_timescaledb_internal"."c2""#,
                #"SELECT "public".delete_data_node('dn3', force => true)"#,
            ])
    }

    @Test func whatIsDoneAlreadyIsNotDoneAgain() throws {
        let node = DataNode(name: "dn3", host: "h", database: "d", isAvailable: false)
        let plan = try NodeAbandonment(node, losing: [], aggregated: [], mappings: [], Servers.version213).plan
        #expect(plan.sent.map(\.shown) == [#"SELECT "public".delete_data_node('dn3', force => true)"#])
    }

    @Test func manyAreDroppedInParts() {
        let plans = NodeAbandonment.dropping((1...450).map { chunk($0) }, on: "dn3", [])
        #expect(plans.count == 3 && plans.allSatisfy { !$0.beginsTransaction })
    }

    /// TimescaleDB would go to the lost node to tell it what its continuous aggregates lack from then on.
    @Test func aHypertableWithContinuousAggregatesIsNotOnTheNodeMeanwhile() {
        let table = AggregatedTable(row: [
            "id": "7", "number": "3", "blocked": "t", "schema": "public", "name": "metrics",
            "view_schemas": "{public}", "views": "{daily}",
        ])
        let plans = NodeAbandonment.dropping([chunk(1), chunk(2, of: "other")], on: "dn3", [table])
        #expect(table.views.map(\.shownName) == ["daily"])
        #expect(
            plans.map { $0.sent.map { $0.shown.split(separator: "\n").joined() } } == [
                [
                    "BEGIN",
                    "DELETE FROM _timescaledb_catalog.hypertable_data_node WHERE hypertable_id = 7 AND node_name = 'dn3'::name",
                    #"DROP FOREIGN TABLE IF EXISTS "_timescaledb_internal"."c1", "_timescaledb_internal"."c2""#,
                    "INSERT INTO _timescaledb_catalog.hypertable_data_node (hypertable_id, node_hypertable_id, node_name, "
                        + "block_chunks)VALUES (7, '3', 'dn3'::name, true)",
                    "COMMIT",
                ]
            ])
        #expect(NodeAbandonment.dropping([chunk(2, of: "other")], on: "dn3", [table])[0].beginsTransaction == false)
    }
}
