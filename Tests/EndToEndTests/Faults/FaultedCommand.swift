import Foundation
import Testing

/// A command that faults are tried on, and how it shows what it has done.
///
/// In all texts, `#` stands for a number that no other case has, and `@PORT` for the port of the proxy of dn2.
struct FaultedCommand: Sendable, CustomTestStringConvertible {
    /// Commands that make what this one changes, each in its turn, without a fault.
    var before: [String] = []
    let command: String
    /// What looks on each server whether it has taken effect there: SQL with one boolean.
    var effects: [String: String] = [:]
    /// Words of what the access node is asked to do.
    let work: String
    /// Words of what a data node is asked to do; nil if it is asked nothing.
    var remote: String?
    /// Whether it is one transaction on all servers.
    var isAtomic = true
    /// Commands that take away what it leaves, whatever became of it.
    var after: [String] = []
    var needsTimescaleDB = false

    var testDescription: String { command }

    var isReading: Bool { effects.isEmpty }

    func text(_ template: String, number: Int, port: Int) -> String {
        template.replacingOccurrences(of: "#", with: String(number))
            .replacingOccurrences(of: "@PORT", with: String(port))
    }
}

extension FaultedCommand {
    private static let role = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'r#')"
    private static let noRole = "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'r#')"
    private static let table = "SELECT to_regclass('t#') IS NOT NULL"
    private static let dataNodes = ["dn1", "dn2"]

    /// - Returns: the same question for each server.
    private static func everywhere(_ sql: String, on nodes: [String] = ["an1", "dn1", "dn2"]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: nodes.map { ($0, sql) })
    }

    static let all: [FaultedCommand] = [
        // Those that only read.
        FaultedCommand(command: "status", work: "timescaledb_information"),
        FaultedCommand(command: "check", work: "timescaledb_information"),
        FaultedCommand(command: "node list", work: "timescaledb_information"),
        FaultedCommand(command: "node ping", work: "timescaledb_information", remote: "SELECT"),
        FaultedCommand(command: "role list", work: "pg_roles", remote: "pg_roles"),
        FaultedCommand(command: "role check", work: "pg_roles", remote: "pg_roles"),
        FaultedCommand(command: "hypertable list", work: "timescaledb_information"),
        FaultedCommand(command: "heal list", work: "pg_foreign_server", remote: "pg_prepared_xacts"),
        FaultedCommand(command: "query SELECT 1 AS one", work: "SELECT", remote: "SELECT 1 AS one"),
        FaultedCommand(command: "exec SELECT 1", work: "distributed_exec", remote: "SELECT 1"),
        FaultedCommand(command: "sql SELECT 1", work: "SELECT 1"),
        // Those that change.
        FaultedCommand(
            command: "sql CREATE TABLE t# (i int)", effects: ["an1": table], work: "CREATE TABLE",
            after: ["sql DROP TABLE IF EXISTS t#"]),
        FaultedCommand(
            command: "role create r# --everywhere", effects: everywhere(role), work: "CREATE ROLE",
            remote: "CREATE ROLE"),
        FaultedCommand(
            before: ["role create r# --everywhere"], command: "role alter r# --createdb --everywhere",
            effects: everywhere("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'r#' AND rolcreatedb)"),
            work: "ALTER ROLE", remote: "ALTER ROLE"),
        FaultedCommand(
            before: ["role create r# --everywhere"], command: "role drop r# --everywhere --yes",
            effects: everywhere(noRole),
            work: "DROP ROLE", remote: "DROP ROLE"),
        FaultedCommand(
            command: "exec CREATE TABLE t# (i int)", effects: everywhere(table, on: dataNodes),
            work: "distributed_exec", remote: "CREATE TABLE", after: ["exec DROP TABLE IF EXISTS t#"]),
        FaultedCommand(
            command: "exec --no-transaction CREATE TABLE t# (i int)", effects: everywhere(table, on: dataNodes),
            work: "distributed_exec", remote: "CREATE TABLE", isAtomic: false,
            after: ["exec DROP TABLE IF EXISTS t#"]),
        FaultedCommand(
            command: "transaction {\nexec CREATE TABLE t# (i int)\nsql CREATE TABLE t# (i int)\n}",
            effects: everywhere(table), work: "distributed_exec", remote: "CREATE TABLE",
            after: ["exec DROP TABLE IF EXISTS t#", "sql DROP TABLE IF EXISTS t#"]),
        FaultedCommand(
            before: ["sql CREATE TABLE t# (time timestamptz NOT NULL, v int)"], command: "hypertable create t# time",
            effects: everywhere(
                "SELECT EXISTS (SELECT FROM _timescaledb_catalog.hypertable WHERE table_name = 't#')"),
            work: "create_distributed_hypertable", remote: "CREATE", after: ["sql DROP TABLE IF EXISTS t#"]),
        FaultedCommand(
            before: ["sql CREATE TABLE t# (time timestamptz NOT NULL, v int)", "hypertable create t# time"],
            command: "sql INSERT INTO t# SELECT '2024-01-01'::timestamptz + i * interval '28 days', i "
                + "FROM generate_series(1, 4) i",
            effects: ["an1": "SELECT count(*) = 4 FROM t#"], work: "INSERT INTO", remote: "INSERT INTO",
            after: ["sql DROP TABLE IF EXISTS t#"], needsTimescaleDB: true),
        FaultedCommand(
            command: "node add n# --host 127.0.0.1 --port @PORT --database d#",
            effects: [
                "an1": "SELECT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'n#')",
                "dn2": "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'd#')",
            ], work: "add_data_node", remote: "CREATE DATABASE", isAtomic: false,
            after: ["node delete n# --drop-database --yes", "node delete n# --yes"]),
        FaultedCommand(
            before: ["node add n# --host 127.0.0.1 --port @PORT --database d#"],
            command: "node delete n# --drop-database --yes",
            effects: [
                "an1": "SELECT NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'n#')",
                "dn2": "SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = 'd#')",
            ], work: "delete_data_node", remote: "DROP DATABASE", isAtomic: false,
            after: ["node delete n# --drop-database --yes", "node delete n# --yes"]),
        FaultedCommand(
            command: "node alter dn2 --host localhost --port @PORT",
            effects: [
                "an1": "SELECT 'host=localhost' = ANY (srvoptions) FROM pg_foreign_server WHERE srvname = 'dn2'"
            ], work: "alter_data_node", after: ["node alter dn2 --host 127.0.0.1 --port @PORT"]),
    ]
}
