/// The emulator of TimescaleDB 2.13's multi-node control interface, for servers that have no TimescaleDB.
///
/// It is SQL and PL/pgSQL over dblink, between real servers and with real two-phase commit. It serves demonstrations and
/// tests, and loads only where the server's configuration says `tscl.sandbox = on`. The article Emulator of this module
/// says what it covers, how it works and what it needs.
package enum Emulator {
    /// One SQL statement that a superuser runs in the access node's database. It creates everything or nothing.
    ///
    /// A DO statement, so that it can go through the extended query protocol. The emulator keeps its own text in the database
    /// and installs itself from there on each data node that is added.
    package static let script = """
        DO $tscl_emulator$
        DECLARE
            body text := $tscl_emulator_body$\(body)$tscl_emulator_body$;
        BEGIN
            EXECUTE body;
            INSERT INTO _tscl_emulator.source VALUES (body);
        END
        $tscl_emulator$
        """

    private static let body = [
        catalog, errors, transactionBlock, connections, transactions, membership, nodes, distributedExec, restorePoint,
        hypertables, attachment, ddl, healing, jobs, views, omissions, compatibility, privileges,
    ].joined(separator: "\n")
}
