/// Stands in until the emulator is there.
package enum Emulator {
    package static let script = #"""
        CREATE SCHEMA _timescaledb_catalog;
        CREATE TABLE _timescaledb_catalog.remote_txn (data_node_name name, remote_transaction_id text PRIMARY KEY);
        CREATE FOREIGN DATA WRAPPER timescaledb_fdw;
        """#
}
