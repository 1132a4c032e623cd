/// What an access node is marked with when it has a chunk that is to be copied to another server. What is recorded of the copy
/// there names the mark: as long as the access node has it, it has come from a state in which the chunk was there, and a chunk that
/// is missing was dropped since. A state that was brought back has none of the marks that were made behind it, for good, whatever
/// numbers it gives again.
package enum AccessNodeMark {
    /// For the access node, in a transaction: where the marks are. Whoever is about to drop that goes first, or waits.
    package static let creation: [SQL] = [
        "SET LOCAL client_min_messages = warning", "LOCK TABLE tscl_migrate.target IN SHARE UPDATE EXCLUSIVE MODE",
        """
        CREATE TABLE IF NOT EXISTS tscl_migrate.mark (
            mark text PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT pg_catalog.now())
        """,
    ]

    /// For the access node, behind that: a new one, in one value. It counts once it outlasts a crash.
    package static let make: SQL = """
        INSERT INTO tscl_migrate.mark (mark)
        VALUES (pg_catalog.md5(pg_catalog.concat(pg_catalog.random(), pg_catalog.clock_timestamp(), pg_catalog.pg_backend_pid())))
        RETURNING mark
        """

    /// For the access node: whether there are any; one value. An earlier tscl has made none.
    package static let isThere: SQL = "SELECT pg_catalog.to_regclass('tscl_migrate.mark') IS NOT NULL AS is_there"

    /// For the access node, where they are: one column.
    package static let list: SQL = "SELECT mark FROM tscl_migrate.mark"
}
