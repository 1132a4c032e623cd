import Foundation
@testable import MultiNode
import Postgres
import Sandbox
import Testing

/// Lists, and the scripts that they print, are the same whatever style of intervals and dates a role has.
@Suite struct IntervalStyleTests {
    private static let styles = [
        "-c IntervalStyle=sql_standard -c DateStyle=German", "-c IntervalStyle=iso_8601 -c DateStyle=SQL,DMY",
        "-c IntervalStyle=postgres_verbose -c DateStyle=Postgres,MDY",
    ]

    @Test func listsAreTheSameInAnyStyle() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE m (time timestamptz NOT NULL, device int NOT NULL)
                    hypertable create m time --chunk-interval '36 hours'
                    heal schedule --every 36h

                    """)
            #expect(made.status == 0, "\(made)")
            var program = cluster.program
            for list in ["job list", "hypertable list", "job list --format script", "hypertable list --format script"] {
                func answer(_ options: String) async throws -> String {
                    program.environment["PGOPTIONS"] = options
                    let format = list.hasSuffix("script") ? [] : ["--format", "csv"]
                    let answer = try await program.run(format + ["-c", list])
                    #expect(answer.status == 0, "\(answer)")
                    // A job may run meanwhile.
                    return answer.output.replacing(#/\d{4}-\d{2}-\d{2} [^,]*,[^,]*,\d+,\d+/#, with: "…")
                }
                let plain = try await answer("-c IntervalStyle=postgres")
                for style in Self.styles { #expect(try await answer(style) == plain, "\(list)") }
            }
        }
    }

    @Test func anIntervalIsWrittenAsPostgreSQLDoes() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let intervals = [
                "0", "00:05:00", "1 day", "36:00:00", "1 year 2 mons 3 days 04:05:06.789", "2 years", "-1 days",
                "-00:00:01.5",
                "-1 years -2 mons -3 days -04:00:00", "1 mon", "-3 days +04:00:00", "100:00:00",
            ]
            let connection = try await cluster.connection(to: "an1")
            for style in ["postgres", "sql_standard", "iso_8601", "postgres_verbose"] {
                _ = try await connection.execute("SET IntervalStyle = '\(style)'")
                for interval in intervals {
                    let sql = "SELECT \(raw: .plain("interval '\(raw: SQL(text: interval, shown: interval))'"))" as SQL
                    let text = try await connection.execute(sql.text).rows.first?.first ?? nil
                    #expect(text == (interval == "0" ? "00:00:00" : interval), "\(style)")
                }
                let null = "SELECT \(raw: .plain("NULL::interval"))" as SQL
                #expect(try await connection.execute(null.text).rows == [[nil]])
            }
            await connection.close()
        }
    }
}
