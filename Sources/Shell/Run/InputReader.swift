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
    /// What only SQL is read under, from one parser to the next.
    private var restriction: Restriction?
    /// What stands behind the last statement and is none: the rows of a COPY … FROM STDIN.
    package private(set) var rows: ArrivingRows?
    /// Total bytes parsed, counting reparses. Tests check that it does not grow with the square of the input.
    private(set) var parsed = 0

    package init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// The next statement, as soon as it is complete.
    ///
    /// - Throws: if the stream can't be read; `.interrupted` if the task was cancelled while it waited.
    package mutating func next() async throws(Failure) -> Item {
        try await skipRows()
        while true {
            // In place: what is parsed of a copy has to be copied itself.
            if let source, let step = parser?.next() {
                restriction = parser?.restriction
                if parser?.awaitsRows == true { beginRows(at: parser?.position ?? 0) }
                switch step {
                case .statement(let statement): return .statement(statement)
                case .failure(let diagnostics): return .failure(diagnostics)
                case .end:
                    drop(source.bytes.count)
                    parser = nil
                case .incomplete(let reason):
                    // The parser keeps the part of a block that it has read.
                    let lineStart = parser?.lineStart ?? 0
                    drop(lineStart)
                    try await readMore(until: reason, behind: source.bytes.count - lineStart)
                    continue
                }
            }
            if isAtEnd, pending.isEmpty { return .end }
            // Only the beginning of a line may be left.
            try await readMore(until: nil, behind: 0)
        }
    }

    /// Leaves what has arrived, from an offset on, to whoever wants rows.
    private mutating func beginRows(at offset: Int) {
        drop(offset)
        rows = ArrivingRows(from: descriptor, behind: pending, isWhole: isAtEnd)
        pending = []
        parser = nil
    }

    /// Goes on behind the rows of the statement before, whether or not anybody took them.
    private mutating func skipRows() async throws(Failure) {
        guard let rows else { return }
        while true {
            switch await rows.piece(until: nil) {
            case .rows: continue
            case .end: break
            case .cancelled, .timedOut: throw Failure("interrupted", status: .interrupted)
            case .failed(let cause): throw Failure("\(name) can't be read: \(cause)")
            }
            break
        }
        (pending, line, isAtEnd) = rows.rest(from: line)
        self.rows = nil
        if pending.contains(UInt8(ascii: "\n")) || isAtEnd && !pending.isEmpty { startParser() }
    }

    /// Parses only whole lines, until the end of the input.
    private mutating func startParser() {
        let end = isAtEnd ? pending.count : (pending.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        let source = SourceText(name: name, bytes: Array(pending[..<end]), firstLine: line)
        self.source = source
        parsed += source.bytes.count
        if parser == nil {
            parser = Parser(source, table: Catalogue.table, isFinal: isAtEnd)
            parser?.restriction = restriction
        } else {
            parser?.resume(with: source, isFinal: isAtEnd)
        }
    }

    /// Drops what has been parsed, up to the line with the incomplete part.
    private mutating func drop(_ count: Int) {
        line += pending[..<count].count { $0 == UInt8(ascii: "\n") }
        pending.removeFirst(count)
        source = nil
    }

    /// Reads until another whole line has arrived, with something that may end the incomplete part.
    ///
    /// That part is parsed again from its beginning. To avoid this for each of its lines or chunks, the reader first
    /// waits until there is twice as much, as long as more arrives without waiting.
    ///
    /// - Parameter parsed: the number of pending bytes, in whole lines, that have been parsed in vain.
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

    /// Whether there is something to read right now.
    private var hasMore: Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, 0) > 0
    }

    /// Limits the incomplete part, because a line that never ends would take all memory.
    private mutating func limit(_ chunk: ArraySlice<UInt8>) throws(Failure) {
        if pending.count > Self.longestWithNUL, chunk.contains(0), let index = pending.firstIndex(of: 0) {
            // The parser reports the NUL. Further ones tell nothing new, and a device may send them forever.
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
    /// Whether the new bytes could complete the incomplete part; if not, it need not be parsed again.
    ///
    /// - Parameters:
    ///   - start: the index of the first byte that has not been parsed.
    ///   - searched: the index up to which the bytes have been searched before.
    fileprivate func mayEnd(in bytes: [UInt8], from start: Int, searched: Int) -> Bool {
        switch self {
        case .dollarQuote(let closing):
            bytes[Swift.max(start, searched - closing.count)...].firstRange(of: closing) != nil
        case .statement:
            // In a block, the closing brace ends a statement too.
            bytes[searched...].contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "}") }
        case .sqlQuote:
            bytes[searched...].contains {
                $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "/")
            }
        case .rows: bytes[searched...].contains(UInt8(ascii: "\\"))
        case .continuedLine, .block, nil: true
        }
    }
}
