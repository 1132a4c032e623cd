import Foundation
import Sandbox
import Testing

/// `chunk list`, `chunk show` and `chunk verify` on chunks that are really there.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct ChunkTests {
    private static let setUp = """
        sql CREATE TABLE metrics (time timestamptz NOT NULL, device int NOT NULL, v float8, "odd name" text)
        hypertable create metrics time --partition-by device --chunk-interval '1 day' --replication-factor 2
        sql INSERT INTO metrics SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-03', '1 hour') t, generate_series(1, 20) d
        sql ALTER TABLE metrics ADD COLUMN late text DEFAULT 'x'
        sql ALTER TABLE metrics DROP COLUMN v
        sql CREATE TABLE counted (n bigint NOT NULL)
        hypertable create counted n --chunk-interval 100
        sql INSERT INTO counted SELECT generate_series(1, 250)
        sql ALTER TABLE metrics SET (timescaledb.compress, timescaledb.compress_segmentby = 'device')
        sql SELECT compress_chunk(c) FROM show_chunks('metrics', older_than => '2024-01-02'::timestamptz) c

        """

    @Test func chunksAreListedShownAndCompared() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")

            let all = try await list(cluster, "")
            #expect(all.filter { $0[0] == "counted" }.map { $0[2] } == ["0", "100", "200"])
            #expect(all.allSatisfy { Int($0[5]) ?? 0 > 0 })
            #expect(Set(all.filter { $0[0] == "metrics" }.map { $0[4].split(separator: " ").count }) == [2])
            let old = try await list(cluster, "metrics --older-than 2024-01-02 --compressed")
            #expect(!old.isEmpty && old.allSatisfy { $0[2].hasPrefix("2024-01-01") && $0[6] == "true" })
            #expect(try await list(cluster, "metrics --compressed") == old)
            #expect(try await list(cluster, "metrics --older-than 30d").count == all.count - 3)
            #expect(try await list(cluster, "metrics --newer-than 30d").isEmpty)
            #expect(try await list(cluster, "counted --newer-than 100").count == 2)
            #expect(try await list(cluster, "metrics --under-replicated").isEmpty)
            try await expectTheSameTimesInAnyStyle(cluster)

            let same = try await cluster.run("chunk verify")
            #expect(same.status == 0, "\(same.errors)")
            #expect(same.output.contains("3 chunks with one copy"))

            // A plain chunk and a compressed one, each changed on one of its nodes alone.
            let plain = try #require(all.first { $0[0] == "metrics" && $0[6] == "false" })
            let node = plain[4].split(separator: " ")[0]
            let table = plain[1]
            try await cluster.runScript(
                String(node), "DELETE FROM \(table) WHERE device = (SELECT min(device) FROM \(table))")
            let compressed = old[0][4].split(separator: " ")[1]
            let rows =
                "SELECT format('%I.%I', k.schema_name, k.table_name) FROM _timescaledb_catalog.chunk c"
                + " JOIN _timescaledb_catalog.chunk k ON k.id = c.compressed_chunk_id"
                + " WHERE format('%I.%I', c.schema_name, c.table_name) = '\(old[0][1])'"
            try await cluster.runScript(
                String(compressed),
                "DO $$ BEGIN EXECUTE 'DELETE FROM ' || (\(rows)) || ' WHERE device = (SELECT min(device) FROM \(old[0][1]))'; END $$"
            )
            let verified = try await cluster.run("chunk verify --format csv")
            #expect(verified.status == 5)
            #expect(verified.errors.contains("copies of 2 chunks differ"))
            let differing = verified.output.split(separator: "\n").filter { $0.contains(",differs,") }.map(fields)
            #expect(Set(differing.map { $0[1] }) == [table, old[0][1]])
            for (name, node) in [(table, node), (old[0][1], compressed)] {
                for copy in differing where copy[1] == name {
                    let lacks = try #require(Int(copy[5]))
                    #expect((lacks > 0) == (copy[2] == node))
                    #expect(lacks == 0 || copy[6].contains("time=2024-01-0") && copy[6].contains("device="))
                }
            }
            let counted = try await cluster.run("chunk verify 'metr*' --counts")
            #expect(counted.status == 5)

            let shown = try await cluster.run("chunk show \(table) --format csv")
            #expect(shown.output.contains("slice,time,range_start,2024-01-0"))
            #expect(shown.output.contains("copy,\(node),state,present"))
            #expect(shown.output.contains("copy,\(node),last_written,20"))

            try await cluster.sandbox.kill(String(node))
            let without = try await cluster.run("chunk list metrics --format csv")
            #expect(without.status == 4)
            #expect(without.output.split(separator: "\n").count == all.count - 3 + 1)
            let partial = try await cluster.run("chunk show \(table)")
            #expect(partial.status == 4 && partial.output.contains("unknown"))
        }
    }

    /// Times are ISO 8601 in the session's time zone, and no others.
    private func expectTheSameTimesInAnyStyle(_ cluster: Cluster) async throws {
        var program = cluster.program
        let chunk = try #require(try await list(cluster, "metrics").first)[1]
        func answer(_ command: String, _ style: String, _ zone: String) async throws -> String {
            program.environment["PGOPTIONS"] = "-c DateStyle=\(style) -c TimeZone=\(zone)"
            let answer = try await program.run(["--format", "csv", "-c", command])
            #expect(answer.status == 0, "\(answer)")
            #expect(answer.output.contains(#/,\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/#), "\(answer)")
            #expect(!answer.output.contains(#/\d{2}[.\/]\d{2}[.\/]\d{4}|[A-Z][a-z]{2} \d{2} /#), "\(answer)")
            // It may be written meanwhile.
            return answer.output.split(separator: "\n").filter { !$0.contains(",last_written,") }.joined(
                separator: "\n")
        }
        for zone in ["Asia/Kolkata", "Europe/Lisbon", "America/St_Johns"] {
            let list = try await answer("chunk list metrics", "ISO", zone)
            let shown = try await answer("chunk show \(chunk)", "ISO", zone)
            for style in ["SQL,DMY", "German", "Postgres,MDY"] {
                #expect(try await answer("chunk list metrics", style, zone) == list)
                #expect(try await answer("chunk show \(chunk)", style, zone) == shown)
            }
        }
    }

    /// The rows of a list, with the names of nodes parted by spaces.
    private func list(_ cluster: Cluster, _ options: String) async throws -> [[String]] {
        let answer = try await cluster.run("chunk list \(options) --format csv")
        #expect(answer.status == 0, "\(answer.errors)")
        return answer.output.split(separator: "\n").dropFirst().map(fields)
    }

    /// The fields of a line of CSV.
    private func fields(_ line: Substring) -> [String] {
        var isQuoted = false
        var text = ""
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where isQuoted: text.append(" ")
            case ",": text.append("\u{1}")
            case "{", "}": break
            default: text.append(character)
            }
        }
        return text.split(separator: "\u{1}", omittingEmptySubsequences: false).map(String.init)
    }
}
