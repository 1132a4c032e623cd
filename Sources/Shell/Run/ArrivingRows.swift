import CommandLanguage
import Glibc
import Platform
import SystemPackage

/// The rows behind a COPY … FROM STDIN in a stream of commands, as they arrive, up to a line that is `\.` or the end of
/// the stream.
package final class ArrivingRows: Sendable {
    enum Piece {
        case rows([UInt8])
        case end
        case cancelled
        case timedOut
        case failed(Errno)
    }

    fileprivate struct State {
        /// What has arrived and was given to nobody.
        var pending: [UInt8]
        /// Whether the stream has ended.
        var isWhole: Bool
        var isAtLineStart = true
        /// Whether the line was found that ends the rows.
        var isOver = false
        var lines = 0
    }

    private let descriptor: Int32
    private let state: Lock<State>

    /// How many bytes are read at once.
    private static let pieceSize = 64 << 10

    /// - Parameters:
    ///   - pending: what has been read already.
    ///   - isWhole: whether that is all.
    init(from descriptor: Int32, behind pending: [UInt8], isWhole: Bool) {
        self.descriptor = descriptor
        state = Lock(State(pending: pending, isWhole: isWhole))
    }

    /// The next rows, or parts of them.
    func piece(until deadline: ContinuousClock.Instant?) async -> Piece {
        while true {
            if let rows = state.withLock({ $0.take() }) { return .rows(rows) }
            if state.withLock({ $0.isOver }) { return .end }
            switch await EventLoop.shared.wait(for: descriptor, .read, until: deadline) {
            case .ready: break
            case .timedOut: return .timedOut
            case .cancelled: return .cancelled
            }
            if let failure = read() { return .failed(failure) }
        }
    }

    private func read() -> Errno? {
        state.withLock { state in
            let before = state.pending.count
            var bytes = [UInt8](repeating: 0, count: Self.pieceSize)
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { return [EINTR, EAGAIN].contains(errno) ? nil : .current }
            state.isWhole = count == 0
            if before == 0, count == bytes.count {
                state.pending = bytes
            } else {
                state.pending += bytes[..<count]
            }
            return nil
        }
    }

    /// What stands behind the rows, where all of them have been taken.
    ///
    /// - Parameter line: the number of their first line.
    /// - Returns: with the number of its first line, and whether it is all that is left of the stream.
    func rest(from line: Int) -> (bytes: [UInt8], line: Int, isWhole: Bool) {
        state.withLock { ($0.pending, line + $0.lines, $0.isWhole) }
    }
}

extension ArrivingRows.State {
    /// Rows that can be given away; nil where more must arrive, or nothing will.
    fileprivate mutating func take() -> [UInt8]? {
        guard !isOver else { return nil }
        let lineStart = isAtLineStart ? 0 : pending.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
        if let lineStart, let ending = InlineRows.ending(in: pending, from: lineStart, isFinal: isWhole) {
            isOver = true
            lines += 1
            return take(ending.start, dropping: ending.end - ending.start)
        }
        if isWhole {
            isOver = true
            return take(pending.count)
        }
        // The beginning of a line may be that of the one that ends the rows.
        let ending = Array("\\.\r".utf8)
        let lineEnd = pending.suffix(ending.count + 1).lastIndex(of: UInt8(ascii: "\n"))
        let isOneLine = isAtLineStart && pending.count <= ending.count
        guard let tail = lineEnd.map({ $0 + 1 }) ?? (isOneLine ? 0 : nil), ending.starts(with: pending[tail...]) else {
            return take(pending.count)
        }
        return take(tail)
    }

    private mutating func take(_ count: Int, dropping: Int = 0) -> [UInt8]? {
        let rows = count == pending.count ? pending : Array(pending[..<count])
        pending = rows.count == pending.count ? [] : Array(pending[(count + dropping)...])
        lines += rows.count { $0 == UInt8(ascii: "\n") }
        isAtLineStart = rows.last.map { $0 == UInt8(ascii: "\n") } ?? isAtLineStart
        return rows.isEmpty ? nil : rows
    }
}
