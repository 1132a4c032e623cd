/// What the access node's server is asked about its file, and has to do with it.
extension PasswordFile {
    /// Where the file is: columns `data_directory`, which is NULL where this role may not see it, and `passfile`, the
    /// setting of `timescaledb.passfile`.
    package static let place: SQL = """
        SELECT \(raw: RestrictedSetting.dataDirectory.expression) AS data_directory,
               pg_catalog.current_setting('timescaledb.passfile', true) AS passfile
        """

    /// What a running server keeps about itself in its data folder, by which that folder is known.
    package static let server: SQL = "SELECT pg_catalog.pg_read_file('postmaster.pid') AS server"

    /// The lines of the file up to their passwords, which do not leave the server; `#` for those without one. There is
    /// none where there is no file.
    package static func beginnings(of path: String) -> SQL {
        """
        SELECT CASE WHEN line = '' THEN ''
                    ELSE COALESCE((pg_catalog.regexp_match(line, \(#"^((?:(?:\\.|[^:\\])*:){4})"#, type: "text")))[1], '#')
               END AS beginning
          FROM \(raw: lines(of: path, endingIn: #"\r?\n"#)) AS t (line, number)
         ORDER BY number
        """
    }

    private static func lines(of path: String, endingIn ending: String) -> SQL {
        """
        pg_catalog.regexp_split_to_table(
               pg_catalog.pg_read_file(\(path), 0, 1000000, true), \(ending, type: "text")) WITH ORDINALITY
        """
    }

    /// Of a file that another one has changed since its lines were read.
    package static let changedMeanwhile = "40001"
    package static let changeMeanwhile = "the passfile has changed meanwhile"

    /// Held by whoever writes the file of this server, up to the end of the transaction, so that no line of another's is lost.
    package static let lock: SQL =
        "SELECT pg_catalog.pg_advisory_xact_lock(\(literal: 8_319_675_104_231_905)) IS NULL AS locked"

    /// Goes on only where the file is still the one that this was read from.
    private func expectation(at path: String) -> SQL {
        let expected = lines.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n")
        let block: SQL = """
            BEGIN IF (SELECT pg_catalog.rtrim(COALESCE(pg_catalog.string_agg(b.beginning, E'\\n'), ''), E'\\n') \
            FROM (\(raw: Self.beginnings(of: path))) b) <> pg_catalog.rtrim(\(literal: expected), E'\\n') \
            THEN RAISE EXCEPTION USING ERRCODE = \(literal: Self.changedMeanwhile), \
            MESSAGE = \(literal: Self.changeMeanwhile); END IF; END
            """
        return "DO \(literal: block.inlined)"
    }

    /// Has the server put this file, which was made from ``beginnings(of:)``, in place of the other. Lines that did not
    /// change are taken from that one, with their passwords, on the server.
    ///
    /// COPY quotes a carriage return, so that one at the end of a line travels as chr(3).
    ///
    /// The program that writes makes the file for its owner alone, which COPY to a file does not, and puts it in place only
    /// when the last line has arrived.
    ///
    /// - Parameter read: the file as it was read; where it is another one by now, nothing is written.
    package func writing(to path: String, inPlaceOf read: PasswordFile) -> Plan {
        let changed = lines.map { $0.number == nil ? String(decoding: $0.bytes, as: UTF8.self) : "" }
        let kept = lines.map { String($0.number ?? 0) }
        let rows: SQL = """
            INSERT INTO pg_temp.tscl_passfile (number, line)
            SELECT c.number,
                   NULLIF(COALESCE(NULLIF(c.line, ''),
                                   pg_catalog.regexp_replace(t.line, \(#"\r$"#, type: "text"), pg_catalog.chr(3))), '')
              FROM ROWS FROM (pg_catalog.unnest(\(secret: ArrayText.text(changed))::text[]),
                              pg_catalog.unnest(\(kept, type: "int[]"))) WITH ORDINALITY AS c (line, kept, number)
              LEFT JOIN \(raw: Self.lines(of: path, endingIn: #"\n"#)) AS t (line, number) ON t.number = c.kept
            """
        let end = "# the end of the passfile"
        let file = "'" + path.replacing("'", with: #"'\''"#) + "'"
        let program = """
            umask 077; set -C; t=\(file).tscl.$$; cat > "$t" && [ "$(tail -n 1 "$t")" = '\(end)' ] && \
            sed "$(printf '$d\\ns/\\003$/\\r/')" "$t" > "$t.new" && mv -f "$t.new" \(file); s=$?; rm -f "$t" "$t.new"; exit $s
            """
        return .together([
            ValueLogging.offInTransaction, Self.lock, read.expectation(at: path),
            "CREATE TEMPORARY TABLE tscl_passfile (number int8, line text) ON COMMIT DROP", rows,
            """
            COPY (SELECT line FROM (SELECT number, line FROM pg_temp.tscl_passfile \
            UNION ALL SELECT 9223372036854775807, \(literal: end)) l ORDER BY number) \
            TO PROGRAM \(literal: program) WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
            """,
        ])
    }
}
