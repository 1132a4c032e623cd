import MultiNode
import Postgres
import Testing

/// What the rows of a table come to, as a server reckons it: no change of a value may leave it as it was.
@Suite struct RowHashTests {
    /// A column that is always there, and for each kind of value one that may be NULL: its type, a value that stands for
    /// nothing, and others.
    private static let kinds: [(type: String, values: [String])] = [
        ("smallint", ["0", "1", "-32768"]), ("integer", ["0", "1", "-2147483648"]),
        ("bigint", ["0", "1", "-9223372036854775808"]), ("real", ["0", "1.5", "'NaN'", "'-Infinity'"]),
        ("double precision", ["0", "1e-300", "'NaN'", "'Infinity'"]), ("boolean", ["false", "true"]),
        ("uuid", ["'00000000-0000-0000-0000-000000000000'", "'00000000-0000-0000-0000-000000000001'"]),
        ("date", ["'2000-01-01'", "'2000-01-02'", "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'5874897-12-31'"]),
        ("time without time zone", ["'0:00'", "'23:59:59.999999'"]),
        ("timestamp without time zone", ["'2000-01-01'", "'2000-01-01 0:00:00.000001'", "'infinity'", "'-infinity'"]),
        (
            "timestamp with time zone",
            [
                "'2000-01-01Z'", "'2000-01-01 0:00:00.000001Z'", "'infinity'", "'-infinity'", "'4714-11-24Z BC'",
                "'294276-12-31Z'",
            ]
        ),
        ("interval", ["'0'", "'24h'", "'1d'"]), ("numeric", ["0", "1.0", "1.00", "'NaN'"]),
        ("bytea", [#"''"#, #"'\x00'"#, #"'\x0000'"#]), ("text", ["''", "'a'", "'A'", "'ab'"]),
        ("character varying", ["''", "'b'"]), ("jsonb", ["'{}'", #"'{"a": null}'"#]),
        ("integer[]", ["'{}'", "'{NULL}'"]),
    ]

    private static func columns(_ type: String) -> [TargetTable.Column] {
        [
            .init(name: "id", type: "integer", isRequired: true), .init(name: "a", type: type),
            .init(name: "b", type: type), .init(name: "c", type: type, isRequired: true),
        ]
    }

    /// What rows of a type come to, each set of them in SQL: `(1, x, y, z), …`.
    private static func digests(
        _ type: String, _ sets: [String], columns: [TargetTable.Column]? = nil
    ) async throws -> [RowDigest] {
        let connection = try await Cluster.shared.value.connection(to: "an1")
        _ = try await connection.execute(
            "CREATE TEMPORARY TABLE hashed (id int NOT NULL, a \(type), b \(type), c \(type) NOT NULL)")
        let hash = RowHash(columns ?? Self.columns(type), servers: [connection.info.serverVersion])
        var digests: [RowDigest] = []
        for set in sets {
            _ = try await connection.execute("TRUNCATE hashed")
            _ = try await connection.execute("INSERT INTO hashed VALUES \(set)")
            let result = try await connection.execute(
                hash.digest(of: TableName(schema: "pg_temp", name: "hashed")).text)
            let names = result.columns.map(\.name)
            digests += result.rows.map { RowDigest(row: Dictionary(uniqueKeysWithValues: zip(names, $0))) }
        }
        await connection.close()
        return digests
    }

    @Test(arguments: kinds.map(\.type)) func noChangeOfAValueIsOverlooked(_ type: String) async throws {
        let values = try #require(Self.kinds.first { $0.type == type }).values
        let zero = values[0]
        // Beside a row that stays, each value, and none, in each of the columns.
        let rows = ([zero, "NULL"] + values.dropFirst()).flatMap { value in
            value == zero
                ? ["\(zero), \(zero), \(zero)"]
                : ["\(value), \(zero), \(zero)", "\(zero), \(value), \(zero)"]
                    + (value == "NULL" ? ["NULL, NULL, \(zero)"] : ["\(zero), \(zero), \(value)"])
        }
        let digests = try await Self.digests(type, rows.map { "(1, \($0)), (2, \(zero), NULL, \(values[1]))" })
        #expect(digests.allSatisfy { $0.rows == 2 && $0.hash != nil })
        #expect(Set(digests.map(\.hash)).count == rows.count, "\(zip(rows, digests.map(\.hash)).map { $0 })")
    }

    @Test(arguments: kinds.map(\.type)) func aValueBelongsToItsRow(_ type: String) async throws {
        let values = try #require(Self.kinds.first { $0.type == type }).values
        let (x, y) = (values[0], values[1])
        let digests = try await Self.digests(
            type,
            [
                "(1, \(x), \(x), \(x)), (2, \(y), \(y), \(y))", "(2, \(y), \(y), \(y)), (1, \(x), \(x), \(x))",
                "(1, \(y), \(x), \(x)), (2, \(x), \(y), \(y))", "(1, \(x), \(y), \(x)), (2, \(y), \(x), \(y))",
                "(1, \(x), \(x), \(y)), (2, \(y), \(y), \(x))", "(1, \(y), \(y), \(y)), (2, \(x), \(x), \(x))",
                "(1, \(x), \(x), \(x)), (1, \(x), \(x), \(x)), (2, \(y), \(y), \(y))",
            ])
        // In another order they are the same rows.
        #expect(digests[0] == digests[1])
        #expect(Set(digests.map(\.hash)).count == 6)
    }

    /// Where nothing is always there, too.
    @Test func rowsOfNothingAreRows() async throws {
        let columns = ["a", "b"].map { TargetTable.Column(name: $0, type: "double precision") }
        let sets = [
            "(1, NULL, NULL, 0)", "(1, 0, NULL, 0)", "(1, NULL, 0, 0)", "(1, 0, 0, 0)", "(1, 0, 1, 0)", "(1, 1, 0, 0)",
        ]
        let digests = try await Self.digests("double precision", sets, columns: columns)
        #expect(digests.allSatisfy { $0.hash != nil })
        #expect(Set(digests.map(\.hash)).count == sets.count)
    }

    /// Nothing and zero in every choice of columns: neither is made up for by another column.
    @Test(arguments: ["double precision", "integer"]) func nothingAndZeroAreToldApartInManyColumns(
        _ type: String
    ) async throws {
        let count = 7
        let columns = (0..<count).map { TargetTable.Column(name: "c\($0)", type: type) }
        let connection = try await Cluster.shared.value.connection(to: "an1")
        let hash = RowHash(columns, servers: [connection.info.serverVersion])
        _ = try await connection.execute(
            "CREATE TEMPORARY TABLE hashed (\(columns.map { "\($0.name) \(type)" }.joined(separator: ", ")))")
        var hashes: Set<String?> = []
        for choice in 0..<(1 << count) {
            let values = (0..<count).map { choice >> $0 & 1 == 1 ? "NULL" : "0" }.joined(separator: ", ")
            _ = try await connection.execute("TRUNCATE hashed")
            _ = try await connection.execute("INSERT INTO hashed VALUES (\(values))")
            let result = try await connection.execute(
                hash.digest(of: TableName(schema: "pg_temp", name: "hashed")).text)
            let names = result.columns.map(\.name)
            hashes.formUnion(result.rows.map { RowDigest(row: Dictionary(uniqueKeysWithValues: zip(names, $0))).hash })
        }
        await connection.close()
        #expect(hashes.count == 1 << count)
    }
}
