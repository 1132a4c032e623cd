import Foundation
import Testing

/// What `heal schedule --print systemd` prints, judged by systemd.
@Suite(
    .enabled("systemd is not installed") {
        Installed.has("/usr/bin/systemd-analyze", untried: "the units are not verified")
    })
struct SystemdUnitTests {
    private static let analyze = "/usr/bin/systemd-analyze"

    /// - Parameter hasPassword: whether a file with a password is handed to the service.
    @Test(arguments: [false, true]) func systemdTakesTheUnits(hasPassword: Bool) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-units-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var program = try await Cluster.shared.value.program
        if hasPassword {
            let passfile = folder.appendingPathComponent("pgpass").path
            let isMade = FileManager.default.createFile(
                atPath: passfile, contents: Data("*:*:*:*:x".utf8), attributes: [.posixPermissions: 0o600])
            #expect(isMade)
            program.environment["PGPASSFILE"] = passfile
        }
        let printed = try await program.run(["-c", "heal schedule --every 5m --print systemd"])
        try #require(printed.status == 0, "\(printed.errors)")
        let parts = printed.output.components(separatedBy: "# /etc/systemd/system/").dropFirst()
        #expect(printed.output.contains("LoadCredential=passfile:") == hasPassword)
        var units: [String] = []
        for part in parts {
            let name = String(part.prefix { !";\n".contains($0) })
            let unit = folder.appendingPathComponent(name).path
            try ("# " + part).write(toFile: unit, atomically: true, encoding: .utf8)
            units.append(unit)
        }
        #expect(units.map { ($0 as NSString).lastPathComponent } == ["tscl-heal.service", "tscl-heal.timer"])
        let verified = try RunningProgram(Self.analyze, ["verify"] + units, [:])
        verified.closeInput()
        let result = await verified.end()
        #expect(result.status == 0 && result.errors == "" && result.output == "", "\(result)")
        let judged = try RunningProgram(Self.analyze, ["security", "--offline=true", "--threshold=30", units[0]], [:])
        judged.closeInput()
        let exposure = await judged.end()
        #expect(exposure.status == 0, "\(exposure.output)")
    }
}
