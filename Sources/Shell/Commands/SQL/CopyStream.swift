import ClusterAccess
import CommandLanguage
import Glibc
import MultiNode
import Platform
import Postgres
import Rendering
import SystemPackage

/// Where the data of a COPY … TO STDOUT go to, and those of a COPY … FROM STDIN come from.
struct CopyStream {
    static let to = Option<Argument?>(
        "--to", "FILE", .file,
        "Where COPY … TO STDOUT writes, - is standard output; the file is there only when all of it is")
    static let from = Option<Argument?>("--from", "FILE", .file, "What COPY … FROM STDIN reads, - is standard input")

    let context: CommandContext
    let arguments: Arguments

    /// How many bytes are read at once.
    private static let pieceSize = 64 << 10

    /// Refuses options that are for another statement.
    ///
    /// - Parameter stream: nil for a statement that has no such data.
    func check(_ stream: CopyDirection?) throws(Diagnostic) {
        if arguments.invocation.options.isEmpty { return }
        if let file = arguments[Self.to], stream != .toClient {
            throw arguments.problem("--to takes what COPY … TO STDOUT sends, and this statement is none", at: file)
        }
        if let file = arguments[Self.from], stream != .fromClient {
            throw arguments.problem("--from is for COPY … FROM STDIN, and this statement is none", at: file)
        }
    }

    /// How the COPY is run.
    ///
    /// - Parameter stream: nil for a statement that has no such data.
    /// - Returns: nil where there are none.
    func run(_ sql: SQL, _ stream: CopyDirection?) throws(Diagnostic) -> WrittenStatement? {
        try check(stream)
        switch stream {
        case .toClient: return if let file = namedFile(Self.to) { try toFile(file) } else { try toOutput() }
        case .fromClient: return try fromClient(sql)
        case nil: return nil
        }
    }

    /// The file that an option names; nil for the standard stream, which is a - or no option.
    private func namedFile(_ option: Option<Argument?>) -> Argument? {
        arguments[option].flatMap { $0.text == Self.standardStream ? nil : $0 }
    }

    private static let standardStream = "-"

    // MARK: To

    private func toFile(_ file: Argument) throws(Diagnostic) -> WrittenStatement {
        let path = FilePath(arguments.path(file))
        let target: CopyTarget
        do throws(Errno) {
            target = try CopyTarget((path.canonical ?? path).string)
        } catch {
            throw arguments.problem("\(file.text): \(error)", at: file)
        }
        let transfer = StatementTransfer.copyOut { piece throws(PostgresError) in
            var written = 0
            do throws(Errno) {
                let readiness = try await EventLoop.shared.write(piece, to: target.descriptor, written: &written)
                if readiness != .ready { throw Errno.canceled }
            } catch {
                throw error == .canceled
                    ? Self.cancelled : PostgresError(.usage, "\(file.text): \(error)")
            }
        }
        return WrittenStatement(transfer) { result in
            do throws(Errno) {
                try target.complete()
            } catch {
                throw Failure("\(file.text): \(error)")
            }
            return Outcome(text: [result.commandTag])
        }
    }

    private func toOutput() throws(Diagnostic) -> WrittenStatement {
        let format = context.settings.format
        guard ![.json, .jsonl].contains(format) else {
            throw arguments.problem(
                "COPY … TO STDOUT sends data of its own form, and the answer is to be \(format.rawValue)",
                help: "--to FILE takes the data")
        }
        let (output, deadline) = (context.output, context.cluster.deadline)
        let transfer = StatementTransfer.copyOut { piece throws(PostgresError) in
            var written = 0
            switch await output.write(output.shownForm(piece), written: &written, until: deadline) {
            case .made: break
            case .unwanted: throw PostgresError(.unwanted, "nobody takes the data any more")
            case .timedOut: throw Self.timedOut
            case .cancelled: throw Self.cancelled
            }
        }
        return WrittenStatement(transfer, whenUntaken: { output.hasLostReader ? .success(.nothing) : nil }) { result in
            var outcome = Outcome()
            outcome.notes = Self.rows(result.commandTag).map { ["\($0.counted("row")) copied"] } ?? []
            return outcome
        }
    }

    private static func rows(_ tag: String) -> Int? { tag.split(separator: " ").last.flatMap { Int($0) } }

    // MARK: From

    /// A failure with the place of the row that the server tells the line of (`COPY t, line 3, column v: "x"`).
    static func pointing(_ failure: Failure, _ arguments: Arguments) -> Failure {
        // A data node counts the lines of what it was sent.
        guard failure.place == nil, failure.node == nil,
            arguments.invocation.text.flatMap({ CopyDirection(of: $0) }) == .fromClient,
            let line = failure.detail?.split(separator: "\n").last?.firstMatch(of: /^COPY .*?, \w+ ([0-9]+)/)
                .flatMap({ Int($0.1) })
        else { return failure }
        let source = arguments.invocation.source
        var failure = failure
        if let file = arguments[Self.from] {
            let name = file.text == standardStream ? "<stdin>" : file.text
            failure.place = (SourceText(name: name, bytes: [], firstLine: line), Span(0, 0))
        } else if let rows = arguments.invocation.rows {
            let first = source.position(at: rows.start).line
            failure.place = (SourceText(name: source.name, bytes: [], firstLine: first + line - 1), Span(0, 0))
        }
        return failure
    }

    private func fromClient(_ sql: SQL) throws(Diagnostic) -> WrittenStatement {
        let transfer: StatementTransfer
        if let file = namedFile(Self.from) {
            let descriptor = open(
                arguments.path(file), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
            guard descriptor >= 0 else { throw arguments.problem("\(file.text): \(Errno.current)", at: file) }
            let source = CopySource(FileDescriptor(rawValue: descriptor), closes: true)
            transfer = feeding(source, named: file.text)
        } else if let rows = arguments.invocation.rows, let feeding = feeding(rows) {
            guard !isBinary(sql) else {
                throw arguments.problem(
                    "binary rows can't stand among commands", help: "--from FILE reads them from a file")
            }
            transfer = feeding
        } else if context.inputIsFree, isatty(STDIN_FILENO) == 0 {
            transfer = feeding(CopySource(.standardInput, closes: false), named: "standard input")
        } else if context.settings.isInteractive || context.inputIsFree {
            transfer = typed
        } else {
            throw arguments.problem(
                "standard input holds the commands; it can't hold the rows too",
                help: "--from FILE reads them from a file")
        }
        return WrittenStatement(transfer) { SQLCommand.outcome($0, of: sql) }
    }

    private func isBinary(_ sql: SQL) -> Bool {
        sql.text.lowercased().contains(/\b(format|copy|with|stdin)\s+'?binary\b/)
    }

    /// Gives the server the rows that stand behind the statement.
    private func feeding(_ rows: InlineRows) -> StatementTransfer? {
        if let end = rows.end {
            let source = arguments.invocation.source
            if let omitted = source.omittedRows(at: rows.start) { return feeding(omitted) }
            let bytes = source.bytes
            return .copyIn { link throws(PostgresError) in
                for start in stride(from: rows.start, to: end, by: Self.pieceSize) {
                    try await link.put(Array(bytes[start..<min(end, start + Self.pieceSize)]))
                }
            }
        }
        guard let arriving = context.rows else { return nil }
        let (deadline, name) = (context.cluster.deadline, arguments.invocation.source.name)
        return .copyIn { link throws(PostgresError) in
            while true {
                switch await arriving.piece(until: deadline) {
                case .rows(let piece): try await link.put(piece)
                case .end: return
                case .timedOut: throw Self.timedOut
                case .cancelled: throw Self.cancelled
                case .failed(let cause): throw PostgresError(.usage, "\(name): \(cause)")
                }
            }
        }
    }

    /// Gives the server the rows that were left in the script's file.
    private func feeding(_ rows: OmittedRows) -> StatementTransfer {
        .copyIn { link throws(PostgresError) in
            for start in stride(from: rows.place.lowerBound, to: rows.place.upperBound, by: Self.pieceSize) {
                let piece: [UInt8]
                do throws(RowsFault) {
                    piece = try rows.file.bytes(in: start..<min(rows.place.upperBound, start + Self.pieceSize))
                } catch {
                    throw PostgresError(.usage, error.message)
                }
                try await link.put(piece)
            }
        }
    }

    private static let timedOut = PostgresError(.timedOut, "no answer within the time limit")
    private static let cancelled = PostgresError(.cancelled, "cancelled")

    /// Gives the server what comes from a file or a pipe, as it comes.
    private func feeding(_ source: CopySource, named name: String) -> StatementTransfer {
        let deadline = context.cluster.deadline
        return .copyIn { link throws(PostgresError) in
            while true {
                switch await EventLoop.shared.wait(for: source.descriptor.rawValue, .read, until: deadline) {
                case .ready: break
                case .timedOut: throw Self.timedOut
                case .cancelled: throw Self.cancelled
                }
                let piece: [UInt8]
                do throws(Errno) {
                    guard let read = try source.read(upTo: Self.pieceSize) else { continue }
                    piece = read
                } catch {
                    throw PostgresError(.usage, "\(name): \(error)")
                }
                if piece.isEmpty { return }
                try await link.put(piece)
            }
        }
    }

    /// Gives the server the lines that a person types.
    private var typed: StatementTransfer {
        let output = context.output
        return .copyIn { link throws(PostgresError) in
            // A sign that the server is at work would get into what is typed.
            output.lifeSign?.erase(isOver: true)
            var refusal: PostgresError?
            let hint = "Type the rows, a line each. A line of \\. or Ctrl-D ends them.\n"
            let isWhole = await Question.lines(hint) { line in
                do throws(PostgresError) {
                    try await link.put(line)
                    return true
                } catch {
                    refusal = error
                    return false
                }
            }
            if let refusal { throw refusal }
            if !isWhole { throw Self.cancelled }
        }
    }
}

/// What a COPY is written to: a file that is there only when it is whole, or what else has the name, such as a pipe.
private final class CopyTarget: Sendable {
    let descriptor: FileDescriptor
    private let file: UnfinishedFile?

    init(_ path: String) throws(Errno) {
        var status = stat()
        let isOther = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        if isOther {
            let raw = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            guard raw >= 0 else { throw .current }
            (descriptor, file) = (FileDescriptor(rawValue: raw), nil)
        } else {
            let file = try UnfinishedFile(path)
            file.permitAsUsual()
            (descriptor, self.file) = (file.descriptor, file)
        }
    }

    deinit {
        if file == nil { close(descriptor.rawValue) }
    }

    func complete() throws(Errno) { try file?.complete() }
}

/// What a COPY is read from.
private final class CopySource: Sendable {
    let descriptor: FileDescriptor
    private let closes: Bool

    init(_ descriptor: FileDescriptor, closes: Bool) { (self.descriptor, self.closes) = (descriptor, closes) }

    deinit {
        if closes { close(descriptor.rawValue) }
    }

    /// - Returns: empty at the end; nil where there is nothing yet.
    func read(upTo size: Int) throws(Errno) -> [UInt8]? {
        var failure: Errno?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let read = Glibc.read(descriptor.rawValue, buffer.baseAddress, size)
            if read < 0 { failure = .current }
            count = max(0, read)
        }
        if failure == .interrupted || failure == .resourceTemporarilyUnavailable { return nil }
        if let failure { throw failure }
        return bytes
    }
}
