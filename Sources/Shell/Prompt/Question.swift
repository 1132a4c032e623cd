package import ClusterAccess
import Glibc
import LineEditing
import Platform
import SystemPackage

/// Asks a person something in the middle of a command, directly on the terminal.
package enum Question {
    /// Reads a password without showing it; nil if the person gives none.
    ///
    /// - Throws: `.interrupted` after Ctrl-C, which is no signal here but means the same.
    package static func password(_ prompt: String) async throws(ClusterError) -> String? {
        switch await secret(prompt) {
        case .secret(let password):
            // The terminal's reader puts this in place of what it can't decode.
            guard !password.unicodeScalars.contains("\u{FFFD}") else {
                throw ClusterError("the password that was typed is not UTF-8")
            }
            return password
        case .nothing: return nil
        case .interrupted: throw .interrupted
        }
    }

    private static func secret(_ prompt: String) async -> SecretAnswer {
        guard let question = try? SecretPrompt(suspend: Interrupts.shared.stop) else { return .nothing }
        return await withTaskCancellationHandler {
            // A thread of its own, so that reading does not block the event loop.
            await Thread.value { question.read(prompt) } ?? .nothing
        } onCancel: {
            question.cancel()
        }
    }

    /// Reads an answer, shown as it is typed; nil at the end of input, or if the command is cancelled.
    static func ask(_ question: String) async -> String? {
        // What was typed before the question is dropped, because it is not an answer to it.
        await onTerminal(question, when: TCSAFLUSH) { terminal in
            let answer = await line(on: terminal, isOnePiece: true)
            // The terminal shows nothing for Ctrl-D; behind Ctrl-C the line is at its end already.
            if answer?.last != UInt8(ascii: "\n"), !Task.isCancelled {
                try? FileDescriptor(rawValue: terminal).writeWhole("\n".utf8)
            }
            return answer.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) }
        } ?? nil
    }

    /// Reads lines, shown as they are typed, up to one that is `\.` or the end of the input.
    ///
    /// - Parameter take: gets each line with its end; false ends the reading.
    /// - Returns: whether it came to that end, and was neither cancelled nor ended by `take`.
    static func lines(_ hint: String, _ take: (_ line: [UInt8]) async -> Bool) async -> Bool {
        await onTerminal(hint, when: TCSADRAIN) { terminal in
            while let line = await line(on: terminal, isOnePiece: false), !line.elementsEqual("\\.\n".utf8) {
                guard await take(Array(line)) else { return false }
            }
            return !Task.isCancelled
        } ?? false
    }

    private static func onTerminal<Answer>(
        _ question: String, when: Int32, _ work: (_ terminal: Int32) async -> Answer
    ) async -> Answer? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return nil }
        defer { tcsetattr(terminal, TCSADRAIN, &before) }
        let found = before
        let show = { @Sendable () -> Void in
            var asking = found
            asking.c_lflag |= tcflag_t(ECHO | ICANON)
            tcsetattr(terminal, when, &asking)
            try? FileDescriptor(rawValue: terminal).writeWhole(question.utf8)
        }
        show()
        let usual = Interrupts.shared.whenContinued {
            // In the background, writing would stop the process again.
            guard tcgetpgrp(terminal) == getpgrp() else { return }
            try? FileDescriptor(rawValue: terminal).writeWhole("\n".utf8)
            show()
        }
        defer { _ = Interrupts.shared.whenContinued(usual) }
        return await work(terminal)
    }

    /// A line with its end; nil at the end of input, or if the task is cancelled.
    ///
    /// It is read byte by byte: where several came before the terminal gathered them as lines, what is behind the first is
    /// for whoever reads next.
    ///
    /// - Parameter isOnePiece: whether Ctrl-D ends a line, too. What was typed before the terminal gathered lines looks like
    ///   a line that was ended so.
    private static func line(on terminal: Int32, isOnePiece: Bool) async -> [UInt8]? {
        var line: [UInt8] = []
        while await EventLoop.shared.wait(for: terminal, .read) == .ready {
            var byte: UInt8 = 0
            var count = 1
            while count == 1 {
                count = read(terminal, &byte, 1)
                if count == 1 { line.append(byte) }
                if count == 1, byte == UInt8(ascii: "\n") { return line }
            }
            // A stop may drop what was typed, so there may be nothing to read.
            let isEmpty = count < 0 && (errno == EAGAIN || errno == EINTR)
            if !isEmpty || isOnePiece && !line.isEmpty { return line.isEmpty ? nil : line }
        }
        return nil
    }
}
