/// Which releases of TimescaleDB and PostgreSQL follow one another, once multi-node is left.
package struct VersionLadder: Sendable {
    /// The release asked for, such as `2.14`.
    package let wanted: String
    private let current: String
    private let installed: [String]
    private let serverVersion: Int

    /// - Parameter serverVersion: as PostgreSQL writes it: 150020.
    package init(to wanted: String, from current: String, installed: [String], serverVersion: Int) {
        self.wanted = wanted
        self.current = current
        self.installed = installed
        self.serverVersion = serverVersion
    }

    private var major: Int { serverVersion / 10_000 }

    /// The last release for each PostgreSQL that multi-node ran on.
    private static let last = [11: "2.3", 12: "2.11", 13: "2.15", 14: "2.19", 15: "2.28"]

    /// The newest of the installed versions that are of the release asked for.
    package var version: String? {
        installed.filter { $0 == wanted || $0.hasPrefix("\(wanted).") }
            .max { ExtensionVersion($0) < ExtensionVersion($1) }
    }

    /// Whether the database has it already.
    package var isReached: Bool { ExtensionVersion(current) >= ExtensionVersion(wanted) }

    /// What the server lacks for it.
    package var obstacles: [UpdateObstacle] {
        if isReached { return [] }
        if let last = Self.last[major], ExtensionVersion(last) < ExtensionVersion(wanted) {
            return [
                UpdateObstacle(
                    "TimescaleDB \(wanted) does not run on PostgreSQL \(major), whose last release is \(last)",
                    ["pg_upgrade to PostgreSQL 15, with the same version of TimescaleDB installed on both sides"])
            ]
        }
        guard version == nil else { return [] }
        let has = installed.isEmpty ? "none" : installed.listed
        return [
            UpdateObstacle(
                "the server has no files of TimescaleDB \(wanted) (it has \(has))",
                ["install the package timescaledb-2-postgresql-\(major) of version \(wanted), and restart the server"])
        ]
    }

    /// What comes behind the update, rung by rung.
    package var rungs: [String] {
        var rungs: [String] = []
        if let last = Self.last[major], ExtensionVersion(last) > ExtensionVersion(wanted) {
            rungs.append("on PostgreSQL \(major): TimescaleDB up to \(last), by the same statement")
        }
        rungs += [
            "PostgreSQL 16 has TimescaleDB from 2.13 on, 17 from 2.17 on, 18 from 2.23 on: install there the version "
                + "that the database has, then pg_upgrade",
            "then ALTER EXTENSION again, to the newest",
        ]
        return rungs
    }
}
