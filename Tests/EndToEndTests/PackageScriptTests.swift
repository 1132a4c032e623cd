import Foundation
import Testing

/// `scripts/package`, with the binary under test.
@Suite(
    .enabled("dpkg-dev is not installed") { Installed.has("/usr/bin/dpkg-shlibdeps", untried: "no package is made") })
struct PackageScriptTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scripts/package").path

    @Test func aPackageATarballAndTheirChecksums() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl package \(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        // The compression is not what is tried.
        let made = try await run(
            Self.script, [folder.path, "--binary", Program.path],
            ["DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1"])
        try #require(made.status == 0, "\(made.errors)")
        let files = made.output.split(separator: "\n").map(String.init)
        try #require(files.count == 3 && files.allSatisfy { $0.hasPrefix(folder.path + "/") }, "\(files)")

        let checked = try await run("/bin/sh", ["-c", "cd \"$0\" && sha256sum -c SHA256SUMS", folder.path])
        #expect(checked.status == 0, "\(checked.errors)")

        let control = try await run("/usr/bin/dpkg-deb", ["-f", files[0], "Package", "Version", "Depends"]).output
        #expect(control.contains("Package: tscl\n"))
        for library in ["libpq5", "libedit2", "libc6"] { #expect(control.contains(library), "\(control)") }
        let listed = try await run("/usr/bin/dpkg-deb", ["-c", files[0]]).output
        for file in [
            "bin/tscl", "share/man/man1/tscl.1.gz", "share/bash-completion/completions/tscl",
            "share/zsh/vendor-completions/_tscl", "share/fish/vendor_completions.d/tscl.fish",
            "share/doc/tscl/examples/leave.tscl", "share/doc/tscl/copyright",
        ] {
            #expect(listed.contains(" ./usr/\(file)\n"), "\(listed)")
        }

        // As a machine without Swift has it: what is in the tarball runs from where it is unpacked.
        let name = URL(fileURLWithPath: files[1]).lastPathComponent.replacing(".tar.gz", with: "")
        let ran = try await run(
            "/bin/sh", ["-c", "tar -C \"$0\" -xzf \"$1\" && \"$0/$2/bin/tscl\" help", folder.path, files[1], name])
        #expect(ran.status == 0 && ran.output.contains("migrate cutover"), "\(ran.errors)")
    }

    @Test func whatIsNotUnderstoodMakesNothing() async throws {
        for arguments in [["--bin"], ["/nowhere", "extra"], ["--binary"]] {
            let result = try await run(Self.script, arguments)
            #expect(result.status == 2 && result.output == "" && result.errors.contains("scripts/package [FOLDER]"))
        }
        #expect(!FileManager.default.fileExists(atPath: "/nowhere"))
    }

    private func run(
        _ program: String, _ arguments: [String], _ variables: [String: String] = [:]
    ) async throws -> Program.Result {
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        let running = try RunningProgram(program, arguments, environment)
        running.closeInput()
        return await running.end(patience: 300)
    }
}
