import MultiNode
import Testing

/// What makes tables and jobs anew.
@Suite struct DefinitionTests {
    private func definition(_ parts: (String, String)...) -> TableDefinition {
        TableDefinition(
            TableName(schema: "s", name: "a b"), rows: parts.map { ["kind": $0.0, "definition": $0.1] })
    }

    @Test func aTableIsMadeBetweenItsSequencesAndItsIndexes() {
        let table = definition(
            ("column", "t integer NOT NULL"), ("column", "v text"), ("constraint", "CONSTRAINT k PRIMARY KEY (t)"),
            ("index", "CREATE INDEX i ON s.x (v)"), ("indexed", "t"), ("indexed", "v,t"), ("need", "type s.mood"),
            ("omission", "rule r"), ("ownership", "ALTER SEQUENCE q OWNED BY s.x.t"), ("sequence", "CREATE SEQUENCE q"))
        #expect(
            table.statements == [
                "CREATE SEQUENCE q",
                #"CREATE TABLE IF NOT EXISTS "s"."a b" (t integer NOT NULL, v text, CONSTRAINT k PRIMARY KEY (t))"#,
                "ALTER SEQUENCE q OWNED BY s.x.t", "CREATE INDEX i ON s.x (v)",
            ])
        #expect(table.indexedColumns == ["t", "v,t"])
        #expect(table.needs == ["type s.mood"])
        #expect(table.omissions == ["rule r"])
    }

    /// Under the names that TimescaleDB gives them, the indexes that it makes by itself are not made before.
    @Test func theQueryKnowsTheIndexesOfTheDimensions() {
        let dimensions = [
            Dimension(row: ["column": "time", "type": "date", "interval": "7 days"]),
            Dimension(row: ["column": "a \"b\"", "type": "text", "partitions": "3"]),
        ]
        let table = TableName(schema: "s", name: "t")
        let query = TableDefinition.query(of: [(table, dimensions)], Servers.version213)
        #expect(query.text.contains("attgenerated"))
        #expect(!TableDefinition.query(of: [(table, [])], Servers.version20on11).text.contains("attgenerated"))
        #expect(
            query.values == [
                "{s}", "{t}", "{s,s}", "{t,t}", #"{t_time_idx,"t_a \"b\"_time_idx"}"#,
                #"{"\"time\" DESC","\"a \"\"b\"\"\" ,\"time\" DESC"}"#,
            ])
    }

    private static let job: [String: String?] = [
        "job": "1000", "name": "User-Defined Action [1000]", "proc_schema": "public", "proc_name": "my job",
        "owner": "app", "schedule": "01:00:00", "schedule_seconds": "3600", "scheduled": "t",
        "fixed_schedule": "true", "initial_start": "2024-01-01T00:00:00+00:00",
    ]

    private func statement(_ changes: [String: String?]) -> String {
        JobDefinition(row: Self.job.merging(changes) { $1 }).statement(Servers.version213).shown
    }

    @Test func aJobIsAddedAsItWas() {
        #expect(
            statement([:]) == """
                SELECT "public".add_job('"public"."my job"', '01:00:00', \
                initial_start => '2024-01-01T00:00:00+00:00')
                """)
        // Before 2.9 there were no fixed schedules.
        #expect(
            statement(["fixed_schedule": nil, "initial_start": nil])
                == #"SELECT "public".add_job('"public"."my job"', '01:00:00')"#)
        #expect(
            statement([
                "fixed_schedule": "false", "initial_start": nil, "scheduled": "f", "config": #"{"a": "it's"}"#,
                "check_function": "public.f", "timezone": "Europe/Rome", "max_runtime": "00:01:00",
                "max_retries": "3", "retry_period": "00:10:00",
            ]) == """
                SELECT * FROM "public".alter_job("public".add_job('"public"."my job"', '01:00:00', \
                config => '{"a": "it''s"}', scheduled => false, check_config => 'public.f', fixed_schedule => false, \
                timezone => 'Europe/Rome'), max_runtime => '00:01:00', max_retries => 3, retry_period => '00:10:00')
                """)
    }

    @Test func policiesAndTimescaleDBsOwnJobsAreToldFromOthers() {
        #expect(!JobDefinition(row: Self.job).isInternal)
        for schema in ["_timescaledb_internal", "_timescaledb_functions"] {
            #expect(JobDefinition(row: Self.job.merging(["proc_schema": schema]) { $1 }).isInternal)
        }
        let policy = JobDefinition(row: Self.job.merging(["hypertable_schema": "s", "hypertable_name": "t"]) { $1 })
        #expect(policy.hypertable == TableName(schema: "s", name: "t"))
    }

    @Test func aDimensionIsAdded() throws {
        let table = TableName(schema: "s", name: "t")
        func added(_ row: [String: String?]) -> String {
            Hypertables.add(Dimension(row: row), to: table, Servers.version213).text
        }
        #expect(
            added(["column": "it's", "partitions": "3"]) == """
                SELECT * FROM "public".add_dimension('"s"."t"', 'it''s', number_partitions => 3, if_not_exists => true)
                """)
        #expect(added(["column": "u", "interval": "1 day"]).contains("chunk_time_interval => '1 day'::interval,"))
        #expect(added(["column": "u", "interval": "10"]).contains("chunk_time_interval => 10::bigint,"))
    }
}
