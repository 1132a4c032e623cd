import Glibc
import Platform

/// PostgreSQL's server programs on this machine, and the TimescaleDB that they offer.
package struct Installation: Sendable, Equatable {
    let programs: String
    /// The newest version with multi-node: 2.0 to 2.13. Nil when there is none.
    let timescaleVersion: String?
    let hasDblink: Bool

    /// The installation to use for an engine.
    ///
    /// Among several it is the first that has TimescaleDB, unless the emulator is asked for.
    static func find(for choice: EngineChoice) throws(SandboxError) -> (Installation, Engine) {
        let found = folders().compactMap(Installation.init(programs:))
        guard !found.isEmpty else {
            throw SandboxError(
                .noServer, "no PostgreSQL server programs (initdb, postgres) on this machine",
                hint: "Install them (Debian: apt-get install postgresql), or put their folder on PATH.")
        }
        if choice != .emulator {
            for installation in found {
                guard let version = installation.timescaleVersion else { continue }
                return (installation, .timescaledb(version: version))
            }
            if choice == .timescaledb {
                throw SandboxError(
                    .noServer, "no PostgreSQL server on this machine offers TimescaleDB 2.0 to 2.13",
                    hint: "Leave the choice to the sandbox, and it uses the emulator.")
            }
        }
        guard let installation = found.first(where: \.hasDblink) else {
            throw SandboxError(
                .noServer, "the emulator needs the extension dblink, and no PostgreSQL server on this machine has it",
                hint: "Install PostgreSQL's contrib modules.")
        }
        return (installation, .emulator)
    }

    /// Looks at one folder of programs; nil when the server isn't in it.
    init?(programs: String) {
        guard ["initdb", "postgres"].allSatisfy({ access("\(programs)/\($0)", X_OK) == 0 }) else { return nil }
        // The pg_config next to the server: the one on PATH may belong to another version.
        guard let answer = Spawn.output(of: ["\(programs)/pg_config", "--version", "--sharedir", "--pkglibdir"]),
            answer.status == 0
        else { return nil }
        let lines = answer.text.split(separator: "\n").map(String.init)
        guard lines.count == 3 else { return nil }
        let major = lines[0].drop { !$0.isNumber }.prefix { $0.isNumber }
        let extensions = Folder.entries(lines[1] + "/extension")
        self.programs = programs
        hasDblink = extensions.contains("dblink.control")
        timescaleVersion = Self.timescaleVersion(
            postgresVersion: Int(major) ?? 0, extensions: extensions, libraries: Folder.entries(lines[2]))
    }

    /// The newest version with multi-node that has its script, its library and the loader.
    package static func timescaleVersion(postgresVersion: Int, extensions: [String], libraries: [String]) -> String? {
        // On PostgreSQL 16 adding a data node is an error in every version.
        guard postgresVersion < 16, extensions.contains("timescaledb.control"), libraries.contains("timescaledb.so")
        else { return nil }
        let versions = extensions.compactMap { file -> [Int]? in
            guard file.hasPrefix("timescaledb--"), file.hasSuffix(".sql") else { return nil }
            // An update script has two versions in its name, and thus fails to be three numbers.
            let numbers = file.dropFirst(13).dropLast(4).split(separator: ".", omittingEmptySubsequences: false)
            let version = numbers.compactMap { Int($0) }
            guard version.count == 3, numbers.count == 3, version[0] == 2, version[1] < 14,
                libraries.contains("timescaledb-\(dotted(version)).so")
            else { return nil }
            return version
        }
        return versions.max { $0.lexicographicallyPrecedes($1) }.map(dotted)
    }

    /// Where server programs may be, the preferred first.
    private static func folders() -> [String] {
        var folders: [String] = []
        if let answer = Spawn.output(of: ["pg_config", "--bindir"]), answer.status == 0 {
            folders.append(contentsOf: answer.text.split(separator: "\n").map(String.init))
        }
        // Debian's layout, which keeps the server off PATH.
        let versions = Folder.entries("/usr/lib/postgresql").compactMap { Int($0) }.sorted(by: >)
        folders += versions.map { "/usr/lib/postgresql/\($0)/bin" }
        folders += (Environment["PATH"] ?? "").split(separator: ":").map(String.init)
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    private static func dotted(_ version: [Int]) -> String {
        version.map(String.init).joined(separator: ".")
    }
}
