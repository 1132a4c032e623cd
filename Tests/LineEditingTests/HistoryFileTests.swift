import Foundation
import Glibc
import LineEditing
import SystemPackage
import Testing

@Suite
struct HistoryFileTests {
    @Test(arguments: [
        ("node list", #"node\040list"#), ("a\tb\nc\\d", #"a\011b\012c\\d"#), ("größe 数据", #"größe\040数据"#),
        ("\u{1}\u{7f}", #"\001\177"#), ("", ""),
    ])
    func `an entry is one line, as vis writes it`(entry: String, line: String) {
        #expect(String(decoding: HistoryCoding.encode(entry), as: UTF8.self) == line)
        #expect(HistoryCoding.decode(HistoryCoding.encode(entry)[...]) == entry)
    }

    @Test(arguments: [
        (#"a\^Ab\^?"#, "a\u{1}b\u{7f}"), (#"gr\M-C\M-6"#, "grö"), (#"\M^C"#, "\u{fffd}"), (#"a\sb\tc\nd"#, "a b\tc\nd"),
        (#"\1018"#, "A8"), (#"\"#, #"\"#), (#"\q"#, "q"), ("a b", "a b"), (#"\M"#, "\u{fffd}"), (#"\^"#, "\0"),
    ])
    func `what other programs write is understood`(line: String, entry: String) {
        #expect(HistoryCoding.decode(Array(line.utf8)[...]) == entry)
    }

    @Test
    func `random bytes are decoded to something, and every text comes back`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in UInt8.random(in: 0...255) }
            let text = HistoryCoding.decode(bytes[...])
            #expect(HistoryCoding.decode(HistoryCoding.encode(text)[...]) == text)
            #expect(!HistoryCoding.encode(text).contains(UInt8(ascii: "\n")))
        }
    }

    @Test
    func `a file is for its owner alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try "_HiStOrY_V2_\nold\\040one\n".write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try await HistoryFile(path: path, limit: 10).append(["new"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "_HiStOrY_V2_\nold\\040one\nnew\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try HistoryFile(path: path, limit: 10).load() == ["old one", "new"])
        #expect(try HistoryFile(path: path, limit: 1).load() == ["new"])
    }

    @Test
    func `a new file is for its owner alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        #expect(try HistoryFile(path: path, limit: 10).load() == [])
        try await HistoryFile(path: path, limit: 10).append(["one"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test
    func `a file is shortened when it is a tenth too long, and a link to it stays`() async throws {
        let folder = try TemporaryFolder()
        let (path, link) = (folder.path + "/history", folder.path + "/link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let file = HistoryFile(path: link, limit: 20)
        for number in 1...22 { try await file.append(["command \(number)"]) }
        #expect(try HistoryFile(path: path, limit: 100).load().count == 22)
        try await file.append(["command 23"])
        #expect(try HistoryFile(path: path, limit: 100).load() == (4...23).map { "command \($0)" })
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["history", "link"])
    }

    @Test
    func `a line that was cut off stays apart`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try "_HiStOrY_V2_\none\ntw".write(toFile: path, atomically: false, encoding: .utf8)
        let file = HistoryFile(path: path, limit: 10)
        try await file.append(["three"])
        #expect(try file.load() == ["one", "tw", "three"])
    }

    @Test
    func `more than is kept may come at once`() async throws {
        let folder = try TemporaryFolder()
        let file = HistoryFile(path: folder.path + "/history", limit: 2)
        try await file.append(["1", "2", "3", "4"])
        #expect(try HistoryFile(path: file.path, limit: 10).load() == ["3", "4"])
    }

    @Test
    func `a file of another kind is left alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try "precious\n".write(toFile: path, atomically: false, encoding: .utf8)
        let file = HistoryFile(path: path, limit: 10)
        #expect(throws: LineEditingError.foreignHistory(path: path)) { try file.load() }
        await #expect(throws: LineEditingError.foreignHistory(path: path)) { try await file.append(["x"]) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious\n")
    }

    @Test
    func `a link to the null device keeps nothing, and leaves the device as it is`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/null")
        var before = stat()
        var after = stat()
        #expect(stat("/dev/null", &before) == 0)
        let file = HistoryFile(path: path, limit: 10)
        try await file.append(["one"])
        #expect(try file.load() == [])
        #expect(stat("/dev/null", &after) == 0)
        #expect(before.st_mode == after.st_mode)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/dev/null")
    }

    @Test
    func `a pipe or a folder in its place is told, and holds nothing up`() async throws {
        let folder = try TemporaryFolder()
        let (pipe, directory) = (folder.path + "/pipe", folder.path + "/folder")
        #expect(mkfifo(pipe, 0o644) == 0)
        #expect(mkdir(directory, 0o755) == 0)
        for (path, error) in [
            (pipe, LineEditingError.foreignHistory(path: pipe)),
            (directory, .history(path: directory, cause: .isDirectory)),
        ] {
            let file = HistoryFile(path: path, limit: 10)
            #expect(throws: error) { try file.load() }
            await #expect(throws: error) { try await file.append(["x"]) }
        }
        var status = stat()
        #expect(stat(pipe, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o644)
    }

    @Test
    func `a file that another session keeps locked can be read, and is written later`() async throws {
        let folder = try TemporaryFolder()
        let file = HistoryFile(path: folder.path + "/history", limit: 10, patience: .zero)
        try await file.append(["one"])
        let other = open(file.path, O_RDONLY | O_CLOEXEC)
        defer { close(other) }
        #expect(flock(other, LOCK_EX) == 0)
        #expect(try file.load() == ["one"])
        await #expect(throws: LineEditingError.historyInUse(path: file.path)) { try await file.append(["two"]) }
        #expect(flock(other, LOCK_UN) == 0)
        try await file.append(["two"])
        #expect(try file.load() == ["one", "two"])
    }

    @Test
    func `who waits for the lock can be cancelled`() async throws {
        let folder = try TemporaryFolder()
        let file = HistoryFile(path: folder.path + "/history", limit: 10, patience: .seconds(3600))
        try await file.append(["one"])
        let other = open(file.path, O_RDONLY | O_CLOEXEC)
        defer { close(other) }
        #expect(flock(other, LOCK_EX) == 0)
        let writing = Task { try await file.append(["two"]) }
        writing.cancel()
        await #expect(throws: LineEditingError.historyInUse(path: file.path)) { try await writing.value }
    }

    @Test
    func `writers at the same time lose nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    // The lock is waited for as long as it takes on a busy machine.
                    let file = HistoryFile(path: path, limit: 100, patience: .seconds(60))
                    for number in 0..<10 { try await file.append(["\(writer) \(number)"]) }
                }
            }
            try await group.waitForAll()
        }
        let entries = try HistoryFile(path: path, limit: 1_000).load()
        #expect(Set(entries).count == 80 && entries.count == 80)
    }
}
