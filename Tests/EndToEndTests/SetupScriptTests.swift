import Foundation
import Testing

/// `scripts/setup --install` and back, with the binary under test.
@Suite struct SetupScriptTests {
    private let setup = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/setup").path

    private static let files = [
        "bin/tscl", "share/man/man1/tscl.1", "share/bash-completion/completions/tscl",
        "share/zsh/site-functions/_tscl", "share/fish/vendor_completions.d/tscl.fish",
    ]

    @Test func itPutsEachWhereItIsLookedForAndTakesItAway() async throws {
        let prefix = FileManager.default.temporaryDirectory.appendingPathComponent("tscl prefix \(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: prefix) }
        let places = Self.files.map { prefix.appendingPathComponent($0).path }
        for _ in 1...2 {
            let installed = try await run(["--install", prefix.path, "--binary", Program.path])
            #expect(installed.status == 0, "\(installed.errors)")
            #expect(installed.output == places.map { $0 + "\n" }.joined())
        }
        #expect(FileManager.default.isExecutableFile(atPath: places[0]))
        for place in places { #expect(try Data(contentsOf: URL(fileURLWithPath: place)).count > 500, "\(place)") }
        let page = try String(contentsOfFile: places[1], encoding: .utf8)
        #expect(page.hasPrefix(".TH TSCL 1 "))

        let removed = try await run(["--uninstall", prefix.path])
        #expect(removed.status == 0)
        for place in places { #expect(!FileManager.default.fileExists(atPath: place)) }
    }

    @Test func whatIsNotUnderstoodInstallsNothing() async throws {
        for arguments in [
            ["--instal"], ["--install", "--prefix"], ["--install", "/x", "extra"], ["--binary", "tscl"],
        ] {
            let result = try await run(arguments)
            #expect(result.status == 2 && result.output == "", "\(arguments)")
            #expect(result.errors.contains("scripts/setup --install [PREFIX]"))
        }
    }

    @Test func whatFailsIsNoSuccess() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-broken-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let broken = folder.appendingPathComponent("tscl").path
        try "#!/bin/sh\n[ \"$2\" != --man ]\n".write(toFile: broken, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: broken)
        let prefix = folder.appendingPathComponent("prefix").path
        let result = try await run(["--install", prefix, "--binary", broken])
        #expect(result.status != 0)
        #expect(result.output == prefix + "/bin/tscl\n")
    }

    private func run(_ arguments: [String]) async throws -> Program.Result {
        let running = try Program().start([setup] + arguments, executable: "/bin/bash")
        running.closeInput()
        return await running.end(patience: 60)
    }
}
