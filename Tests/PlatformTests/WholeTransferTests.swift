import Glibc
import Platform
import SystemPackage
import Testing

@Suite struct WholeTransferTests {
    /// More than a pipe holds.
    private let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test func aFullPipeIsWaitedFor() async throws {
        let pipe = try Pipe(isBlocking: true)
        async let received = Thread.value { [pipe] in try? FileDescriptor(rawValue: pipe.reading).readToEnd() }
        await _ = Thread.value { [bytes] in try? FileDescriptor(rawValue: pipe.writing).writeWhole(bytes) }
        close(pipe.writing)
        #expect(await received == bytes)
        close(pipe.reading)
    }

    @Test func whatIsNotContiguousIsWrittenToo() throws {
        let pipe = try Pipe(isBlocking: true)
        defer { close(pipe.reading) }
        try FileDescriptor(rawValue: pipe.writing).writeWhole("dn1, dn2".utf8.reversed())
        close(pipe.writing)
        #expect(try FileDescriptor(rawValue: pipe.reading).readToEnd() == Array("2nd ,1nd".utf8))
    }

    @Test func aFailureSaysWhyAndHowMuchWasWritten() throws {
        let full = try FileDescriptor.open("/dev/full", .writeOnly)
        defer { try? full.close() }
        #expect(throws: IncompleteWrite(cause: .noSpace, written: 0)) { try full.writeWhole([1, 2, 3]) }
        let folder = try FileDescriptor.open("/", .readOnly)
        defer { try? folder.close() }
        #expect(throws: Errno.isDirectory) { try folder.readToEnd() }
    }
}
