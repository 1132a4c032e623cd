/// A sequence where the rows of a hypertable go to another server: there it goes on where it stands here.
///
/// Those that the table's columns take values from are known by the catalog or by their names in texts; but functions call others,
/// and look for a sequence by what it belongs to. So all that the other server has, too, go on there: a value too many that nobody
/// gets is no harm, one that is given twice is.
package struct SequenceArrival: Sendable, Equatable {
    /// Where a sequence stands.
    struct Standing: Sendable, Equatable {
        let lastValue: Int
        let isCalled: Bool

        /// - Parameter row: `last_value` and `is_called`.
        init(row: [String: String?]) {
            let row = Row(row)
            (lastValue, isCalled) = (row.integer("last_value"), row.flag("is_called"))
        }

        /// Whether it gives values that the other one has given.
        func isBehind(_ other: Standing, by increment: Int) -> Bool {
            if lastValue == other.lastValue { return !isCalled && other.isCalled }
            return increment < 0 ? lastValue > other.lastValue : lastValue < other.lastValue
        }
    }

    package let sequence: TableName
    /// The identity column that it belongs to, which has a sequence of its own in each table.
    package let identity: String?
    private let increment: Int
    /// The values that it may have.
    private let ends: ClosedRange<Int>
    private let standing: Standing
    /// Whether the table is known to use it.
    package let isUsed: Bool
    /// Whether this role may set it.
    private let isWritable: Bool

    private init(
        sequence: TableName, identity: String?, increment: Int, ends: ClosedRange<Int>, standing: Standing,
        isUsed: Bool,
        isWritable: Bool
    ) {
        (self.sequence, self.identity, self.increment, self.ends) = (sequence, identity, increment, ends)
        (self.standing, self.isUsed, self.isWritable) = (standing, isUsed, isWritable)
    }

    /// - Parameters:
    ///   - row: of ``list(of:)``.
    ///   - standing: of ``standing(of:)``.
    package init(row: [String: String?], standing: [String: String?]) {
        sequence = Self.name(row: row)
        let row = Row(row)
        identity = row["identity"]
        increment = row.integer("increment")
        isUsed = row.flag("is_used")
        let (least, greatest) = (row.optionalInteger("least") ?? .min, row.optionalInteger("greatest") ?? .max)
        ends = least...max(least, greatest)
        isWritable = row.flag("is_writable")
        self.standing = Standing(row: standing)
    }

    /// Whether the table is known to use it.
    ///
    /// - Parameter row: of ``list(of:)``.
    package static func isUsed(row: [String: String?]) -> Bool { Row(row).flag("is_used") }

    /// - Parameter row: of ``list(of:)`` or ``there(in:)``.
    package static func name(row: [String: String?]) -> TableName {
        let row = Row(row)
        return TableName(schema: row["schema"], name: row["name"] ?? "")
    }

    /// For the access node: each once; of those that the table is not known to use only what this role may read, and nothing of the
    /// server's or of extensions.
    ///
    /// A default may name one as a text, and a function of a default or a trigger in its body, which no catalog tells of: there
    /// its name counts.
    package static func list(of table: TableName) -> SQL {
        let relation: SQL = "pg_catalog.to_regclass(\(literal: table.quoted))"
        let routines: SQL = """
            SELECT g.tgfoid FROM pg_catalog.pg_trigger g WHERE g.tgrelid = \(raw: relation) AND NOT g.tgisinternal
                         UNION
                        SELECT d.refobjid FROM pg_catalog.pg_depend d
                         WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                           AND (d.classid, d.objid) IN (
                               SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, f.oid FROM pg_catalog.pg_attrdef f
                                WHERE f.adrelid = \(raw: relation)
                                UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, y.oid FROM domains y)
            """
        return """
            WITH RECURSIVE domains (oid) AS (
                   SELECT a.atttypid FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = \(raw: relation) AND a.attnum > 0 AND NOT a.attisdropped
                    UNION
                   SELECT y.typbasetype FROM domains
                     JOIN pg_catalog.pg_type y ON y.oid = domains.oid AND y.typtype = 'd'),
                 routines (oid) AS (
                        \(raw: routines)),
                 texts (text) AS (
                   SELECT pg_catalog.pg_get_expr(f.adbin, f.adrelid) FROM pg_catalog.pg_attrdef f
                    WHERE f.adrelid = \(raw: relation)
                    UNION ALL
                   SELECT y.typdefault FROM domains JOIN pg_catalog.pg_type y USING (oid)
                    UNION ALL
                   SELECT p.prosrc FROM routines JOIN pg_catalog.pg_proc p USING (oid))
            SELECT n.nspname AS schema, s.relname AS name, q.seqincrement AS increment, q.seqmin AS least, q.seqmax AS greatest,
                   \(raw: mayUse("UPDATE")) AS is_writable,
                   (SELECT a.attname
                      FROM pg_catalog.pg_depend d
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                     WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.oid
                       AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = \(raw: relation)
                       AND d.deptype = 'i') AS identity, u.is_used
              FROM pg_catalog.pg_class s
              JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
              JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.oid
             CROSS JOIN LATERAL (SELECT s.oid IN (
                   SELECT d.objid FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.refobjid = \(raw: relation) AND d.deptype IN ('a', 'i')
                    UNION ALL
                   SELECT d.refobjid FROM pg_catalog.pg_depend d
                    WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND (d.classid, d.objid) IN (
                          SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, f.oid FROM pg_catalog.pg_attrdef f
                           WHERE f.adrelid = \(raw: relation)
                           UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, y.oid FROM domains y
                           UNION ALL SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid FROM routines p))
                OR EXISTS (SELECT FROM texts
                            WHERE texts.text ~* 'nextval'
                              AND texts.text ~ ('(^|\\W)' || pg_catalog.regexp_replace(s.relname, '(\\W)', '\\\\\\1', 'g') || '(\\W|$)')) AS is_used) u
             WHERE u.is_used
                OR n.nspname !~ '^(pg_|_?timescaledb_|tscl_|information_schema$)'
                   AND \(raw: mayUse("SELECT"))
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.oid
                                      AND d.deptype = 'e')
             ORDER BY 1, 2
            """
    }

    /// Whether this role may do that with a relation `s`. Of one that is no sequence the question is an error, and which of the conditions
    /// of a query is looked at first is the server's to choose.
    private static func mayUse(_ privilege: String) -> SQL {
        "CASE WHEN s.relkind = 'S' THEN pg_catalog.has_sequence_privilege(s.oid, \(literal: privilege)) ELSE false END"
    }

    /// For a data node that becomes a server of its own: those of them that are there go on as ``advance(_:from:)`` has it; nil for none.
    /// What counts otherwise there, or has other ends, is another one, unless the table is known to use it.
    static func goingOn(_ sequences: [SequenceArrival]) -> SQL? {
        if sequences.isEmpty { return nil }
        let list = sequences.map { sequence -> SQL in
            """
            (\(literal: sequence.sequence.quoted), \(literal: sequence.standing.lastValue)::pg_catalog.int8, \
            \(raw: sequence.standing.isCalled ? "true" : "false"), \(raw: sequence.increment < 0 ? "true" : "false"), \
            \(raw: sequence.isUsed ? "true" : "false"))
            """
        }.joined(separator: ",\n")
        let advance: SQL = """
            SELECT pg_catalog.setval($1, $2, $3) FROM %s s
             WHERE CASE WHEN s.last_value = $2 THEN $3 AND NOT s.is_called WHEN $4 THEN s.last_value > $2 ELSE s.last_value < $2 END
            """
        let body: SQL = """
            DECLARE
              x pg_catalog.record;
            BEGIN
              FOR x IN
                SELECT c.oid::pg_catalog.regclass AS name, w.last, w.called, w.down
                  FROM (VALUES \(raw: list)) w (name, last, called, down, used)
                  JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.name) AND c.relkind = 'S'
                  JOIN pg_catalog.pg_sequence q ON q.seqrelid = c.oid
                 WHERE w.used OR (q.seqincrement < 0) = w.down AND w.last BETWEEN q.seqmin AND q.seqmax
              LOOP
                EXECUTE pg_catalog.format(\(literal: advance.inlined), x.name) USING x.name, x.last, x.called, x.down;
              END LOOP;
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// For the server that has it: one row.
    package static func standing(of sequence: TableName) -> SQL {
        "SELECT last_value, is_called FROM \(qualified: sequence)"
    }

    /// For the server that has them: a row for each, `number`, from 0 on, and as of ``standing(of:)``.
    package static func standings(of sequences: [TableName]) -> SQL {
        sequences.enumerated().map { number, name -> SQL in
            "SELECT \(literal: number) AS number, last_value, is_called FROM \(qualified: name)"
        }.joined(separator: "\nUNION ALL\n")
    }

    /// So many are asked for in one statement.
    package static let batch = 200

    /// For the other server: a row for each that is there, `number`, from 0 on, and as of ``there(in:)``.
    package static func there(_ sequences: [SequenceArrival], in table: TableName) -> SQL {
        sequences.enumerated().map { number, sequence -> SQL in
            "SELECT \(literal: number) AS number, t.* FROM (\(raw: sequence.there(in: table))) t"
        }.joined(separator: "\nUNION ALL\n")
    }

    /// For the other server: a row for each that has given values there, `number`, from 0 on, and what it is called there, `schema` and
    /// `name`.
    package static func given(_ sequences: [SequenceArrival], in tables: [TableName]) -> SQL {
        zip(sequences, tables).enumerated().map { number, pair -> SQL in
            let (sequence, table) = pair
            let isSame: SQL = """

                   AND \(raw: mayUse("SELECT"))
                   AND EXISTS (SELECT FROM pg_catalog.pg_sequence q
                                WHERE q.seqrelid = s.oid AND (q.seqincrement < 0) = \(raw: sequence.increment < 0 ? "true" : "false"))
                """
            return """
                SELECT \(literal: number) AS number, t.* FROM (\(raw: sequence.named(in: table))\(raw: sequence.isUsed ? "" : isSame)) t
                """
        }.joined(separator: "\nUNION ALL\n")
    }

    /// The same with where it stands on another server.
    ///
    /// - Parameter row: of ``standing(of:)``.
    package func standing(there row: [String: String?]) -> SequenceArrival {
        SequenceArrival(
            sequence: sequence, identity: identity, increment: increment, ends: ends, standing: Standing(row: row),
            isUsed: isUsed, isWritable: isWritable)
    }

    /// For the other server: what it is called there, `schema` and `name`; no row where it is not there, or the table is not known to
    /// use it and it can't go on there.
    package func there(in table: TableName) -> SQL {
        "\(raw: named(in: table))\(raw: isUsed ? "" : canGoOn)"
    }

    private func named(in table: TableName) -> SQL {
        let name: SQL =
            identity.map { "pg_catalog.pg_get_serial_sequence(\(literal: table.quoted), \(literal: $0))" }
            ?? "\(literal: sequence.quoted)"
        return """
            SELECT n.nspname AS schema, s.relname AS name
              FROM pg_catalog.pg_class s
              JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
             WHERE s.oid = pg_catalog.to_regclass(\(raw: name)) AND s.relkind = 'S'
            """
    }

    /// Another application's may count the other way, have other ends, or be none of this role's.
    private var canGoOn: SQL {
        """

               AND \(raw: Self.mayUse("SELECT")) AND \(raw: Self.mayUse("UPDATE"))
               AND EXISTS (SELECT FROM pg_catalog.pg_sequence q
                            WHERE q.seqrelid = s.oid AND (q.seqincrement < 0) = \(raw: increment < 0 ? "true" : "false")
                              AND \(literal: standing.lastValue) BETWEEN q.seqmin AND q.seqmax)
        """
    }

    /// For the other server. It may be used there already, by another table or by somebody before: it never goes back.
    ///
    /// - Parameters:
    ///   - name: what it is called there.
    ///   - now: where it stands there, of ``standing(of:)``.
    /// - Returns: nil where it gives no value that was given here.
    package func advance(_ name: TableName, from now: [String: String?]) -> SQL? {
        guard Standing(row: now).isBehind(standing, by: increment) else { return nil }
        return """
            SELECT pg_catalog.setval(\(literal: name.quoted), \(literal: standing.lastValue), \
            \(raw: standing.isCalled ? "true" : "false"))
            """
    }

    /// For the server that it was listed on, once more: it goes on behind what another server has given.
    ///
    /// - Parameter now: where it stands here, of ``standing(of:)``; the one of this is the other server's.
    /// - Returns: nil where it gives no value that was given there, or can't go on, and the table is not known to use it.
    package func advanceHere(from now: [String: String?]) -> SQL? {
        guard isUsed || isWritable && ends.contains(standing.lastValue) else { return nil }
        return advance(sequence, from: now)
    }
}
