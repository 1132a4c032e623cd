import Foundation
import Sandbox
import Testing

/// `--format script`: what a list shows on one cluster, made on another.
@Suite struct ScriptFormatTests {
    @Test func theListsOfOneClusterMakeAnother() async throws {
        try await Cluster.with { first in
            let made = try await first.program.run([], input: Self.making(isReal: first.isReal))
            #expect(made.status == 0, "\(made.errors)")
            let script = try await Self.script(of: first)
            try await Cluster.with(addingNodes: false) { second in
                let moved = script.replacingOccurrences(of: first.sockets, with: second.sockets)
                let checked = try await second.program.run(["--check"], input: moved)
                #expect(checked.status == 0, "\(checked.errors)")
                let replayed = try await second.program.run([], input: moved)
                #expect(replayed.status == 0, "\(replayed.errors)\n\(moved)")
                for list in ["node list", "role list", "hypertable list", "job list"] {
                    #expect(try await Self.rows(list, second) == Self.rows(list, first), "\(list)")
                }
                #expect(try await Self.roles(second) == Self.roles(first))
                // What a comment says of the first, as an index that it lacks, need not be so of the second.
                let copied = try await Self.script(of: second)
                #expect(Self.commands(copied) == Self.commands(moved))
                // All of it but the jobs can be run again.
                let again = try await second.program.run([], input: Self.script(of: second, jobs: false))
                #expect(again.status == 0, "\(again.errors)")
                #expect(again.output.contains("unchanged: role reader exists"))
            }
        }
    }

    /// All tables are read at once: none gets what is another's.
    @Test func thoseOfAllAreThoseOfEach() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.making(isReal: cluster.isReal) + Self.different)
            #expect(made.status == 0, "\(made.errors)")
            let all = try await cluster.run("hypertable list", "--format", "script").output
            var each = ""
            let shared = cluster.isReal ? [#"'"s.1".t'"#] : []
            for table in ["counted", "dated", "metrics", "'two words'"] + shared {
                each += try await cluster.run("hypertable show \(table)", "--format", "script").output
            }
            #expect(all == each)
            #expect(all.contains("# public.counted: left out: statistics counts\n"))
            #expect(all.contains("# public.dated: left out: trigger stop\n"))
            #expect(all.contains("# public.dated: needs type public.mood, which is not in this script\n"))
        }
    }

    /// Tables that have, each, what others lack.
    private static let different = #"""
        sql CREATE TYPE mood AS ENUM ('good')
        exec CREATE TYPE mood AS ENUM ('good')
        sql CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'
        exec CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'
        sql CREATE TABLE dated (time date NOT NULL, mood mood DEFAULT 'good', text text COLLATE "C")
        hypertable create dated time
        sql CREATE TRIGGER stop BEFORE INSERT ON dated FOR EACH ROW EXECUTE FUNCTION stop()
        sql CREATE TABLE counted (t int NOT NULL, n int NOT NULL CONSTRAINT several CHECK (n > 1), PRIMARY KEY (n, t))
        sql CREATE STATISTICS counts ON t, n FROM counted
        sql COMMENT ON COLUMN counted.n IS 'a number'
        sql GRANT UPDATE (n) ON counted TO reader
        hypertable create counted t --chunk-interval 10 --on dn2

        """#

    @Test func whatIsNotInAScriptIsSaid() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    role create app --everywhere --login
                    sql ALTER ROLE app SET search_path = app
                    sql CREATE TABLE t (time timestamptz NOT NULL)
                    sql GRANT SELECT ON t TO app
                    sql COMMENT ON TABLE t IS 'mine'
                    hypertable create t time

                    """)
            #expect(made.status == 0, "\(made.errors)")
            let tables = try await cluster.run("hypertable list", "--format", "script").output
            #expect(tables.contains("# public.t: left out: privileges of app\n"))
            #expect(tables.contains("# public.t: left out: comment on table public.t\n"))
            try await cluster.sandbox.kill("dn2")
            let roles = try await cluster.run("role list", "--format", "script")
            #expect(roles.status == 4)
            #expect(roles.output.contains("# dn2 did not answer"))
            #expect(roles.output.contains("\nrole create app --on 'dn1,dn3' --if-not-exists\n"))
            #expect(roles.output.contains("# role app: left out: setting search_path\n"))
        }
    }

    /// Names and texts that a careless quotation would break.
    private static func making(isReal: Bool) -> String {
        var script = #"""
            role create reader --everywhere
            role create 'it''s {a,b} ${x}' --everywhere --login --createdb --createrole --in-role reader
            role create 'A*' --login --connection-limit 3 --valid-until '2031-02-03 04:05:06+00' --in-role reader
            role create away --on dn2
            sql ALTER ROLE reader NOINHERIT
            exec ALTER ROLE reader NOINHERIT
            role grant 'A*' --nodes dn1,dn3
            role grant public --nodes dn2
            sql $$CREATE TABLE metrics (time timestamptz, "b; #" text DEFAULT 'it''s;
            two # lines', value float8 CHECK (CASE WHEN value > 0 THEN true ELSE value < -1 END), PRIMARY KEY (time))$$
            hypertable create metrics time --chunk-interval '12 hours' --replication-factor 2
            sql CREATE TABLE "two words" (t bigint NOT NULL, device int NOT NULL, UNIQUE (device, t))
            sql CREATE INDEX by_device ON "two words" (device) WHERE device > 3
            hypertable create 'two words' t --partition-by device --partitions 4 --chunk-interval 1000 --on dn1,dn3
            node block dn1 --for 'two words'
            sql $sql$CREATE PROCEDURE "a job"(job_id int, config jsonb) LANGUAGE plpgsql AS $body$
            BEGIN
                RAISE LOG '${none} %; "%"', job_id, config;
            END $body$$sql$
            sql SELECT add_job('"a job"', '90 minutes', config => '{"why": "it''s; new"}', scheduled => false)
            sql SELECT alter_job(add_job('"a job"', '1 day', fixed_schedule => false), max_runtime => '1 minute', max_retries => 2)
            heal schedule --every 7m

            """#
        // The emulator changes no distributed hypertable, and makes no sequences on nodes.
        if isReal {
            script += #"""
                sql CREATE SCHEMA "s.1"
                exec CREATE SCHEMA "s.1"
                sql CREATE TABLE "s.1".t (time timestamptz NOT NULL, id serial, more int NOT NULL)
                hypertable create '"s.1".t' time
                sql SELECT add_dimension('"s.1".t', 'more', number_partitions => 5)
                sql SELECT add_dimension('"s.1".t', 'id', number_partitions => 3)
                sql ALTER TABLE "s.1".t OWNER TO reader

                """#
        }
        return script
    }

    private static func commands(_ script: String) -> [String] {
        script.components(separatedBy: "\n").filter { !$0.hasPrefix("# ") }
    }

    private static func script(of cluster: Cluster, jobs: Bool = true) async throws -> String {
        var script = ""
        for list in ["node list", "role list", "hypertable list"] + (jobs ? ["job list"] : []) {
            let result = try await cluster.run(list, "--format", "script")
            #expect(result.status == 0, "\(result.errors)")
            script += result.output
        }
        return script
    }

    /// Without what differs from cluster to cluster: the folder of the sockets, and when a job runs.
    private static func rows(_ list: String, _ cluster: Cluster) async throws -> [[String]] {
        let result = try await cluster.run(list, "--format", "json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let values = try #require(object["rows"] as? [[Any]])
        let rows = values.map { row in
            row.map { "\($0)".replacingOccurrences(of: cluster.sockets, with: "") }
        }
        #expect(!rows.isEmpty)
        return list == "job list" ? rows.map { Array($0[..<5]) } : rows
    }

    private static func roles(_ cluster: Cluster) async throws -> [[[String?]]] {
        var roles: [[[String?]]] = []
        for node in ["an1", "dn1", "dn2", "dn3"] {
            let sql = """
                SELECT r.rolname, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication,
                       r.rolinherit, r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil,
                       ARRAY(SELECT roleid::regrole FROM pg_auth_members WHERE member = r.oid ORDER BY 1)
                  FROM pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1
                """
            roles.append(try await cluster.query(node, sql))
        }
        return roles
    }
}

extension Cluster {
    /// Whether there are rows and chunks: not in the emulator.
    var isReal: Bool {
        if case .timescaledb = sandbox.engine { true } else { false }
    }
}
