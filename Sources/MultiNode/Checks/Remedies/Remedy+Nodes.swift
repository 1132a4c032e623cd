extension Remedy {
    static let addingCases: [Case] = [
        Case(
            ["TS174"], "already a data node",
            """
            that database belongs to a cluster already, maybe to this one ('node list'): check the host, port and database; \
            of one that is no node any more, 'node add' without --force tells how it is freed
            """),
        Case(
            ["TS174"], "cannot add the current database",
            "the address is that of the access node itself: check host, port and database"),
        Case(
            ["TS174"], "already an access node",
            "that database is an access node: check host, port and database"),
        Case(
            ["TS174", "55000"], "prepared transactions",
            "set max_prepared_transactions on the data node to max_connections or more, and restart it"),
        Case(
            // PostgreSQL's hint names the setting in every language.
            ["TS174", "55000", "53200"], "max_prepared_transactions",
            "set max_prepared_transactions on the data node to max_connections or more, and restart it"),
        Case(
            ["TS174"], "wrong ",
            "recreate the data node's database with the access node's encoding, collation and LC_CTYPE"),
        Case(
            ["TS174"], "incompatible timescaledb extension version",
            "bring both to the same version: ALTER EXTENSION timescaledb UPDATE, first in a new session, on each"),
        Case(
            [], "must be preloaded",
            "add timescaledb to shared_preload_libraries in the data node's postgresql.conf, and restart it"),
        Case(
            ["TS174"], "_timescaledb_",
            "that database has no TimescaleDB: CREATE EXTENSION timescaledb there; without --no-bootstrap that is done"),
        Case(
            ["TS174"], "extension",
            "install TimescaleDB on the data node's server, in the access node's version"),
        Case(
            ["TS171"], "already a member",
            "this database belongs to a cluster already; only a new one can be given to another"),
        Case(
            ["TS171"], "",
            "this database is a data node: connect to the access node, and do it there"),
        Case(
            ["42710"], "server \"", from: ["foreigncmds.c", "foreign.c"],
            "the node is there already; --if-not-exists takes that as done"),
        Case(
            ["42710"], "\"ts-",
            {
                "a transaction from before a crash is in doubt on the node: 'heal \($0.node == nil ? "all" : $0.nodeWord)' ends it"
            }),
    ]

    static let hypertableCases: [Case] = [
        Case(
            ["TS504"], "",
            {
                "'node drain \($0.nodeWord)' compares its chunks with other copies, and moves them away first; then run it again. Where "
                    + "its server is gone for good, 'node abandon \($0.nodeWord)' takes it out"
            }),
        Case(
            ["TS170"], "lose data",
            """
            it would lose data, and --force does not override that: 'node drain NAME' moves what only this node has to \
            others first. A node that is down must come back before; where its server is lost, restored from a backup, \
            and 'node alter' leads to it. Where nothing of it is left, 'node abandon NAME --lose-data' tells what is \
            lost, and takes it out
            """),
        Case(
            ["TS170"], "replication factor too large",
            "attach more nodes to the hypertable first: 'node attach NAMES --to TABLE'"),
        Case(
            ["TS170"], "no data nodes can be assigned",
            "add nodes with 'node add', or let the role use them: 'role grant ROLE --nodes all'"),
        Case(["TS170"], "", "attach another node first; --force goes below the replication factor"),
        // The server's own hint, migrate_data, is refused for distributed hypertables.
        Case(
            ["0A000"], "is not empty",
            """
            make an empty table first: sql CREATE TABLE new (LIKE old INCLUDING ALL); 'hypertable create' it, and then \
            sql INSERT INTO new SELECT * FROM old
            """),
        Case(["TS172"], "", "it is attached already; --if-not-attached takes that as done"),
        Case(["TS173"], "", "it is not attached; --if-attached takes that as done"),
        Case(["TS001"], "", "make it a hypertable first: 'hypertable create TABLE TIME_COLUMN'"),
        Case(
            ["42704"], "data node \"",
            "timescaledb_information.chunks shows on which data nodes each chunk is"),
        Case(["TS111"], "", "only a distributed hypertable has data nodes: 'hypertable list' shows them"),
        Case(["TS110"], "", "it is a hypertable already; --if-not-exists takes that as done"),
    ]
}
