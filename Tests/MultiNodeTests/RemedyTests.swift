import MultiNode
import Testing

@Suite struct RemedyTests {
    @Test(arguments: [
        ("[dn1]: division by zero", "dn1"), ("[Dn 2]: x", "Dn 2"), ("[]: x", nil), ("[dn1] x", nil), ("x", nil),
        ("[open", nil),
    ])
    func nodes(_ message: String, node: String?) {
        #expect(Remedy.node(inMessage: message) == node)
    }

    /// Errors as TimescaleDB 2.13.1 gave them, and a word of what is advised.
    @Test(arguments: [
        ("TS174", #"cannot add "other" as a data node"#, "ERROR:  node is already a data node\n", "dist_uuid"),
        ("TS174", "[me]: cannot add the current database as a data node to itself", "", "--host"),
        ("TS171", "unable to assign data nodes from an existing distributed database", "", "the access node"),
        ("42710", #"server "dn1" already exists"#, "", "--if-not-exists"),
        ("42710", #"[dn1]: transaction identifier "ts-1-9-2-3" is already in use"#, "", "'heal dn1'"),
        ("42704", #"server "nope" does not exist"#, "", "'node list'"),
        ("42710", #"[dn2]: role "app" already exists"#, "", "'role sync'"),
        (
            "08001", #"could not connect to "dn9""#, "connection to server failed: Connection refused",
            "'node disable dn9'"
        ),
        ("08001", #"could not connect to "dn1""#, #"x failed: FATAL:  role "app" does not exist"#, "'role sync'"),
        (
            "08001", #"could not connect to "dn1""#, #"x failed: FATAL:  database "d" does not exist"#,
            "no such database"
        ),
        (
            "08001", #"could not connect to "dn1""#, "extension \"timescaledb\" must be preloaded",
            "shared_preload_libraries"
        ),
        ("XX000", #"data node "dn2" is not available"#, "", "'node enable dn2'"),
        (
            "TS170", "insufficient number of data nodes", "Distributed hypertable \"t\" would lose data",
            "copy the node's chunks"
        ),
        ("TS170", #"insufficient number of data nodes for distributed hypertable "t""#, "", "--force"),
        ("TS170", #"replication factor too large for hypertable "t""#, "", "'node attach"),
        ("TS170", "no data nodes can be assigned to the hypertable", "", "'role grant ROLE --nodes all'"),
        ("TS504", #"data node "dn1" still holds data for distributed hypertable "t""#, "", "'hypertable list'"),
        ("42501", "permission denied for foreign server dn1", "", "'role grant ROLE --nodes all'"),
        ("42501", "must be owner of foreign server dn1", "", "owner"),
        ("25001", "add_data_node() cannot run inside a transaction block", "", "outside"),
        ("22P02", "invalid input syntax for remote transaction ID: 'ts-garbage'", "", "'heal list'"),
        ("0A000", "[dn1]: cannot PREPARE a transaction that has operated on temporary objects", "", "--no-transaction"),
        ("53300", "sorry, too many clients already", "", "max_connections"),
        ("57P03", "the database system is starting up", "", "try again"),
    ])
    func known(_ sqlstate: String, _ message: String, _ detail: String, _ advice: String) throws {
        let remedy = try #require(Remedy.remedy(sqlstate: sqlstate, message: message, detail: detail))
        #expect(remedy.contains(advice))
        #expect(!remedy.hasSuffix("."))
    }

    @Test func nothingIsMadeUp() {
        #expect(Remedy.remedy(sqlstate: "22012", message: "[dn1]: division by zero", detail: nil) == nil)
        #expect(Remedy.remedy(sqlstate: "42P01", message: #"relation "t" does not exist"#, detail: nil) == nil)
        #expect(Remedy.remedy(sqlstate: nil, message: "", detail: nil) == nil)
    }
}
