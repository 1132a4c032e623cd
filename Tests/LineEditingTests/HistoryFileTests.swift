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
    func `a file is for its owner alone`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try "_HiStOrY_V2_\nold\\040one\n".write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try HistoryFile(path: path, limit: 10).append(["new"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "_HiStOrY_V2_\nold\\040one\nnew\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try HistoryFile(path: path, limit: 10).load() == ["old one", "new"])
        #expect(try HistoryFile(path: path, limit: 1).load() == ["new"])
    }

    @Test
    func `a new file is for its owner alone`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        #expect(try HistoryFile(path: path, limit: 10).load() == [])
        try HistoryFile(path: path, limit: 10).append(["one"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test
    func `a file is shortened when it is a tenth too long, and a link to it stays`() throws {
        let folder = try TemporaryFolder()
        let (path, link) = (folder.path + "/history", folder.path + "/link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let file = HistoryFile(path: link, limit: 20)
        for number in 1...22 { try file.append(["command \(number)"]) }
        #expect(try HistoryFile(path: path, limit: 100).load().count == 22)
        try file.append(["command 23"])
        #expect(try HistoryFile(path: path, limit: 100).load() == (4...23).map { "command \($0)" })
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["history", "link"])
    }

    @Test
    func `a line that was cut off stays apart`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try "_HiStOrY_V2_\none\ntw".write(toFile: path, atomically: false, encoding: .utf8)
        let file = HistoryFile(path: path, limit: 10)
        try file.append(["three"])
        #expect(try file.load() == ["one", "tw", "three"])
    }

    @Test
    func `more than is kept may come at once`() throws {
        let folder = try TemporaryFolder()
        let file = HistoryFile(path: folder.path + "/history", limit: 2)
        try file.append(["1", "2", "3", "4"])
        #expect(try HistoryFile(path: file.path, limit: 10).load() == ["3", "4"])
    }

    @Test
    func `a file of another kind is left alone`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try "precious\n".write(toFile: path, atomically: false, encoding: .utf8)
        let file = HistoryFile(path: path, limit: 10)
        #expect(throws: LineEditingError.foreignHistory(path: path)) { try file.load() }
        #expect(throws: LineEditingError.foreignHistory(path: path)) { try file.append(["x"]) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious\n")
    }

    @Test
    func `a link to the null device keeps nothing, and leaves the device as it is`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/null")
        var before = stat()
        var after = stat()
        #expect(stat("/dev/null", &before) == 0)
        let file = HistoryFile(path: path, limit: 10)
        try file.append(["one"])
        #expect(try file.load() == [])
        #expect(stat("/dev/null", &after) == 0)
        #expect(before.st_mode == after.st_mode)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/dev/null")
    }

    @Test
    func `a pipe or a folder in its place is told, and holds nothing up`() throws {
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
            #expect(throws: error) { try file.append(["x"]) }
        }
        var status = stat()
        #expect(stat(pipe, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o644)
    }

    @Test
    func `writers at the same time lose nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let file = HistoryFile(path: path, limit: 100)
                    for number in 0..<10 { try file.append(["\(writer) \(number)"]) }
                }
            }
            try await group.waitForAll()
        }
        let entries = try HistoryFile(path: path, limit: 1_000).load()
        #expect(Set(entries).count == 80 && entries.count == 80)
    }
}
