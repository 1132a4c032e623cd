import CommandLanguage
import MultiNode
import Shell
import Testing

@Suite struct HypertableScriptTests {
    private let capabilities = Capabilities(row: ["user": "postgres"])

    private func hypertable(_ changes: [String: String?] = [:]) -> Hypertable {
        let row: [String: String?] = [
            "schema": "public", "name": "metrics", "owner": "postgres", "time_column": "time",
            "replication_factor": "2", "data_nodes": "{dn1,dn2}",
        ]
        return Hypertable(row: row.merging(changes) { $1 })
    }

    private let time = Dimension(row: ["column": "time", "type": "timestamptz", "interval": "7 days"])
    private let space = Dimension(row: ["column": "device", "type": "text", "partitions": "3"])

    private func script(
        _ hypertable: Hypertable, _ dimensions: [Dimension], _ parts: [(String, String)] = [("indexed", "time")]
    ) -> HypertableScript {
        let rows = ([("column", "time timestamptz NOT NULL")] + parts).map { ["kind": $0.0, "definition": $0.1] }
        return HypertableScript(hypertable, dimensions, TableDefinition(hypertable.table, rows: rows))
    }

    @Test func theTableComesFirst() throws {
        let lines = script(hypertable(), [time]).lines(capabilities)
        #expect(
            lines == [
                #"sql CREATE TABLE IF NOT EXISTS "public"."metrics" (time timestamptz NOT NULL)"#,
                "hypertable create public.metrics time --chunk-interval '7 days' --replication-factor 2 "
                    + "--on 'dn1,dn2' --if-not-exists",
            ])
        for invocation in try invocations(lines.joined(separator: "\n")) {
            _ = try Catalogue.command(Arguments(invocation, variables: Variables()))
        }
    }

    @Test func eachPropertyHasItsCommand() {
        let script = script(
            hypertable(["schema": "s", "owner": "app", "blocked_nodes": "{d*}"]),
            [
                time, space, Dimension(row: ["column": "more", "type": "int", "partitions": "4"]),
            ], [("indexed", "time"), ("indexed", "device,time")])
        #expect(
            script.lines(capabilities) == [
                #"sql CREATE SCHEMA IF NOT EXISTS "s""#, #"exec CREATE SCHEMA IF NOT EXISTS "s""#,
                #"sql CREATE TABLE IF NOT EXISTS "s"."metrics" (time timestamptz NOT NULL)"#,
                "hypertable create s.metrics time --partition-by device --partitions 3 --chunk-interval '7 days' "
                    + "--replication-factor 2 --on 'dn1,dn2' --if-not-exists",
                #"sql SELECT * FROM "public".add_dimension('"s"."metrics"', 'more', number_partitions => 4, "#
                    + "if_not_exists => true)",
                #"node block 'd\*' --for s.metrics"#, #"sql ALTER TABLE "s"."metrics" OWNER TO "app""#,
            ])
    }

    @Test func whatIsNotMadeIsSaid() {
        let integer = Dimension(row: ["column": "time", "type": "int", "interval": "10", "integer_now": "now_int"])
        let lines = script(
            hypertable(["compression_enabled": "t"]), [integer, space],
            [("need", "type public.mood"), ("omission", "trigger x")]
        ).lines(capabilities)
        #expect(
            lines.filter { $0.hasPrefix("#") } == [
                "# public.metrics: needs type public.mood, which is not in this script",
                "# public.metrics: left out: trigger x",
                "# public.metrics: left out: compression",
                "# public.metrics: left out: function for the present, now_int",
                "# public.metrics: left out: the lack of an index on time, "
                    + "which TimescaleDB makes by itself",
                "# public.metrics: left out: the lack of an index on device,time, "
                    + "which TimescaleDB makes by itself",
            ])
    }

    // MARK: Jobs

    private func job(_ changes: [String: String?]) -> JobDefinition {
        let row: [String: String?] = [
            "job": "1000", "name": "n", "proc_schema": "public", "proc_name": "p", "owner": "postgres",
            "schedule": "01:00:00", "schedule_seconds": "3600", "scheduled": "t",
        ]
        return JobDefinition(row: row.merging(changes) { $1 })
    }

    @Test func jobsComeWithTheirProceduresOnce() {
        let procedure = "CREATE OR REPLACE PROCEDURE s.p(int, jsonb)\n LANGUAGE sql\nAS $procedure$ $procedure$\n"
        let with = job(["proc_schema": "s", "procedures": "{\"\(procedure)\"}"])
        let made = #"sql SELECT "public".add_job('"s"."p"', '01:00:00')"#
        let written = "sql $q$" + procedure.dropLast() + "$q$"
        let schema = #"sql CREATE SCHEMA IF NOT EXISTS "s""#
        #expect(JobScript([with, with]).lines(capabilities) == [schema, written, made, made])
    }

    @Test func theHealingJobIsScheduled() {
        let healing = job(["proc_name": "tscl_heal_data_nodes"])
        #expect(JobScript([healing]).lines(capabilities) == ["heal schedule --every 3600s"])
        let paused = JobScript([job(["proc_name": "tscl_heal_data_nodes", "scheduled": "f"])]).lines(capabilities)
        #expect(paused.count == 2)
        #expect(
            paused.last == """
                sql SELECT "public".alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs \
                WHERE proc_schema = 'public' AND proc_name = 'tscl_heal_data_nodes'
                """)
    }

    @Test func jobsOfOthersAreNamed() {
        let own = job(["job": "1", "name": "Telemetry", "proc_schema": "_timescaledb_functions"])
        let policy = job([
            "job": "1002", "name": "Retention", "proc_schema": "_timescaledb_functions", "hypertable_schema": "public",
            "hypertable_name": "metrics",
        ])
        let owned = job(["owner": "app"])
        #expect(
            JobScript([own, policy, owned]).lines(capabilities) == [
                "# job 1, Telemetry: left out, it is TimescaleDB's own",
                "# job 1002, Retention: left out, it is a policy of public.metrics",
                "# job 1000 belongs to app; the new one will belong to whoever adds it",
                #"sql SELECT "public".add_job('"public"."p"', '01:00:00')"#,
            ])
    }
}
