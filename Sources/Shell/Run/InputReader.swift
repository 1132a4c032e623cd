package import CommandLanguage
import Glibc
import Platform
import SystemPackage

/// Reads commands from a stream of text as its lines arrive, in constant memory.
package struct InputReader {
    package enum Item {
        case statement(Statement)
        case failure([Diagnostic])
        case end
    }

    private let descriptor: Int32
    private let name: String
    private var pending: [UInt8] = []
    private var line = 1
    private var isAtEnd = false
    private var parser: Parser?
    private var source: SourceText?
    /// How many bytes the parser was given, each as often as it was: reading must not take the square of the length.
    private(set) var parsed = 0

    package init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// The next statement, as soon as it is whole.
    ///
    /// - Throws: when the stream can't be read; `.interrupted` when the task was cancelled while it waited.
    package mutating func next() async throws(Failure) -> Item {
        while true {
            if var current = parser, let source {
                let step = current.next()
                parser = current
                switch step {
                case .statement(let statement): return .statement(statement)
                case .failure(let diagnostics): return .failure(diagnostics)
                case .end:
                    drop(source.bytes.count)
                    parser = nil
                case .incomplete(let reason):
                    // The parser keeps what it has read of a block.
                    drop(current.lineStart)
                    try await readMore(until: reason, behind: source.bytes.count - current.lineStart)
                    continue
                }
            }
            if isAtEnd, pending.isEmpty { return .end }
            // What may be left is the beginning of a line.
            try await readMore(until: nil, behind: 0)
        }
    }

    /// Only whole lines are parsed, unless nothing more comes.
    private mutating func startParser() {
        let end = isAtEnd ? pending.count : (pending.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        let source = SourceText(name: name, bytes: Array(pending[..<end]), firstLine: line)
        self.source = source
        parsed += source.bytes.count
        if parser == nil {
            parser = Parser(source, table: Catalogue.table, isFinal: isAtEnd)
        } else {
            parser?.resume(with: source, isFinal: isAtEnd)
        }
    }

    /// Forgets what has been read, all but the line with the part that is not whole yet.
    private mutating func drop(_ count: Int) {
        line += pending[..<count].count { $0 == UInt8(ascii: "\n") }
        pending.removeFirst(count)
        source = nil
    }

    /// Reads until there is another whole line with what may end the part that is not whole.
    ///
    /// That part is parsed again from its beginning, which must not happen with each of its lines, or with each chunk of
    /// them: what comes at once is awaited until there is twice as much.
    ///
    /// - Parameter parsed: how much of what is pending, whole lines, has been parsed in vain.
    private mutating func readMore(until reason: Incompleteness?, behind parsed: Int) async throws(Failure) {
        var searched = parsed
        var isClosed = false
        while !isAtEnd {
            try await readChunk()
            if isAtEnd { break }
            isClosed = isClosed || reason.mayEnd(in: pending, from: parsed, searched: searched)
            let hasLine = isClosed && pending[searched...].contains(UInt8(ascii: "\n"))
            searched = hasLine ? searched : pending.count
            if hasLine, pending.count >= 2 * parsed || !hasMore { break }
        }
        if !pending.isEmpty || parser != nil { startParser() }
    }

    /// Whether there is something to read, without waiting for it.
    private var hasMore: Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, 0) > 0
    }

    /// What is not whole yet may be long, but not for ever: who never ends a line would take all memory.
    private mutating func limit(_ chunk: ArraySlice<UInt8>) throws(Failure) {
        if pending.count > Self.longestWithNUL, chunk.contains(0), let index = pending.firstIndex(of: 0) {
            // The parser tells where it is; what gives them for ever, as a device, has said all it has to say.
            pending.removeSubrange((index + 1)...)
            isAtEnd = true
        }
        guard pending.count > Self.longest else { return }
        throw Failure(
            "\(name):\(line): no command ends within \(Self.longest >> 20) MiB", status: .usage,
            remedy: "a command ends at the end of its line, and a quote or block where it is closed")
    }

    private static let longest = 1 << 28
    private static let longestWithNUL = 1 << 20

    private mutating func readChunk() async throws(Failure) {
        guard await EventLoop.shared.wait(for: descriptor, .read) == .ready else {
            throw Failure("interrupted", status: .interrupted)
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 {
            pending += buffer[..<count]
            try limit(buffer[..<count])
        } else if count == 0 {
            isAtEnd = true
        } else if errno != EINTR, errno != EAGAIN {
            throw Failure("\(name) can't be read: \(Errno.current)")
        }
    }
}

extension Incompleteness? {
    /// Whether what is read on may be whole with the bytes that have come.
    ///
    /// - Parameters:
    ///   - start: where what has not been parsed begins.
    ///   - searched: up to where the bytes were searched before.
    fileprivate func mayEnd(in bytes: [UInt8], from start: Int, searched: Int) -> Bool {
        switch self {
        case .dollarQuote(let closing):
            bytes[Swift.max(start, searched - closing.count)...].firstRange(of: closing) != nil
        case .statement:
            // In a block its brace ends it too.
            bytes[searched...].contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "}") }
        case .sqlQuote:
            bytes[searched...].contains {
                $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "/")
            }
        case .continuedLine, .block, nil: true
        }
    }
}
