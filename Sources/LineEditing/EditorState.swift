import Platform
import SystemPackage

/// What the editor's thread and the threads that use the editor share.
final class EditorState: Sendable {
    /// Something the editor's thread is to do.
    enum Request: Sendable {
        case line(Prompt, CheckedContinuation<EditorInput, Never>)
    }

    private struct Queue {
        var requests: [Request] = []
        /// Requests that were made and not answered yet.
        var unanswered = 0
        var isClosed = false
        /// What is to be printed above the line.
        var notices: [String] = []
        /// What is to take the place of the line's prompt.
        var prompt: Prompt?
    }

    let history: Lock<HistoryLog>
    private let queue = Lock(Queue())
    /// Held while printing outside of a line. It is not the lock of the queue, because a terminal stopped with Ctrl-S
    /// holds up what prints, and must not hold up a signal.
    private let printing = Lock(())
    private let pipe: WakePipe
    private let output: Int32

    init(history: HistoryLog, output: Int32) throws(LineEditingError) {
        self.history = Lock(history)
        self.output = output
        pipe = try WakePipe.ofEditor()
    }

    // MARK: - From other threads

    /// Hands over a request; false if the editor is closed.
    func add(_ request: Request) -> Bool {
        queue.withLock { queue in
            guard !queue.isClosed else { return false }
            queue.requests.append(request)
            queue.unanswered += 1
            return true
        }
    }

    /// Passes on an event; none reaches a line asked for later.
    ///
    /// - Returns: whether there is a line or a question that it is passed on to.
    func send(_ event: EditorEvent) -> Bool {
        queue.withLock { queue in
            guard queue.unanswered > 0 else { return false }
            pipe.signal(.event(event))
            return true
        }
    }

    /// Prints at once, or has the editor's thread print above the line.
    func printAbove(_ text: String) {
        printing.withLock { _ in
            let isWaiting = queue.withLock { queue in
                guard queue.unanswered > 0 else { return false }
                queue.notices.append(text)
                pipe.signal(.notice)
                return true
            }
            if !isWaiting { write(text) }
        }
    }

    /// Has another prompt shown for the line that was asked for; without effect where none was.
    func replacePrompt(_ prompt: Prompt) {
        queue.withLock { queue in
            guard queue.unanswered > 0 else { return }
            queue.prompt = prompt
            pipe.signal(.prompt)
        }
    }

    func close() {
        queue.withLock { queue in
            queue.isClosed = true
            pipe.signal(.close)
        }
    }

    // MARK: - From the editor's thread

    /// Waits for a request; nil once the editor is closed and everything asked for is answered.
    func nextRequest() -> Request? {
        let request = queue.wait { queue -> Request?? in
            if !queue.requests.isEmpty { return .some(queue.requests.removeFirst()) }
            return queue.isClosed ? .some(nil) : nil
        }
        // What began to be printed before the request was made comes before the prompt.
        printing.withLock { _ in }
        return request
    }

    /// Notes that a request is being answered, after which events and notices are no longer for it.
    func finish() {
        printing.withLock { _ in
            let notices = queue.withLock { queue in
                queue.unanswered -= 1
                // What was sent since a further request was made may be meant for that one.
                if queue.unanswered == 0 {
                    pipe.drain()
                    queue.prompt = nil
                }
                defer { queue.notices = [] }
                return queue.notices
            }
            for notice in notices { write(notice) }
        }
    }

    /// Forgets the events that were sent and not looked at.
    func dropEvents() {
        queue.withLock { queue in
            pipe.drain()
            if queue.isClosed { pipe.signal(.close) }
            if !queue.notices.isEmpty { pipe.signal(.notice) }
            if queue.prompt != nil { pipe.signal(.prompt) }
        }
    }

    func takeNotices() -> [String] {
        queue.withLock { queue in
            defer { queue.notices = [] }
            return queue.notices
        }
    }

    func takePrompt() -> Prompt? {
        queue.withLock { queue in
            defer { queue.prompt = nil }
            return queue.prompt
        }
    }

    private func write(_ lines: String) {
        try? FileDescriptor(rawValue: output).writeWhole(lines.asLines.utf8)
    }

    var isClosed: Bool { queue.withLock { $0.isClosed } }

    func nextKey(_ reader: inout KeyReader) -> KeyReader.Key { reader.next(pipe) }

    func isKeyReady(_ reader: KeyReader, within milliseconds: Int32 = 0) -> Bool {
        reader.isReady(pipe, within: milliseconds)
    }
}

extension String {
    /// Ended with a newline.
    var asLines: String { hasSuffix("\n") ? self : self + "\n" }
}
