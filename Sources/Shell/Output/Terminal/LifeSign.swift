import Platform
import Rendering

/// A line on the terminal that tells how long a server has been at work: it appears after a while, counts the seconds,
/// and leaves no trace.
final class LifeSign: Sendable {
    /// Something that a server is at work on.
    struct Work: Sendable {
        let text: String
        let started: ContinuousClock.Instant
        /// How long it may take before anything is said.
        let patience: Duration

        init(_ text: String, patience: Duration, started: ContinuousClock.Instant = .now) {
            (self.text, self.patience, self.started) = (text, patience, started)
        }
    }

    fileprivate struct State {
        var works: [Int: Work] = [:]
        var nextNumber = 0
        var isShown = false
        /// Whether other output has begun, in whose midst nothing is to be shown.
        var isOver = false
        var timer: Task<Void, Never>?
    }

    private let state = Lock(State())
    private let terminal: Terminal
    /// Whether something else tells how far the command is.
    private let isHidden: @Sendable () -> Bool
    private let write: @Sendable (String) -> Void

    init(on terminal: Terminal, isHidden: @escaping @Sendable () -> Bool, write: @escaping @Sendable (String) -> Void) {
        (self.terminal, self.isHidden, self.write) = (terminal, isHidden, write)
    }

    /// - Returns: the number of the work, for `end`.
    func begin(_ work: Work) -> Int {
        state.withLock { state in
            state.nextNumber += 1
            state.works[state.nextNumber] = work
            if state.timer == nil { state.timer = timer() }
            return state.nextNumber
        }
    }

    func end(_ number: Int) {
        state.withLock { state in
            state.works[number] = nil
            if state.works.isEmpty { settle(&state) } else if state.isShown { draw(&state) }
        }
    }

    /// Takes the line away: a command has ended, or something else is written.
    func erase(isOver: Bool = false) {
        state.withLock { state in
            if state.isShown { write(Self.erasure) }
            state.isShown = false
            if isOver { state.isOver = true }
        }
    }

    /// Forgets what has not been ended.
    func endAll() {
        state.withLock { state in
            state.works = [:]
            settle(&state)
        }
    }

    private static let erasure = "\r\u{1B}[K"

    private func settle(_ state: inout State) {
        state.timer?.cancel()
        state.timer = nil
        if state.isShown { write(Self.erasure) }
        (state.isShown, state.isOver) = (false, false)
    }

    private func timer() -> Task<Void, Never> {
        Task(executorPreference: EventLoop.shared) { [weak self] in
            while let next = self?.state.withLock({ $0.next }) {
                guard (try? await EventLoop.shared.sleep(until: next)) != nil else { return }
                self?.state.withLock { self?.draw(&$0) }
            }
        }
    }

    private func draw(_ state: inout State) {
        guard !state.isOver, !isHidden(), let text = state.text(at: .now) else { return }
        write(Self.erasure + truncated(text, to: terminal.columns - 1))
        state.isShown = true
    }
}

extension LifeSign.State {
    /// What has lasted too long, with its seconds; of several the first, and how many there are besides.
    fileprivate func text(at now: ContinuousClock.Instant) -> String? {
        let long = works.values.filter { $0.started + $0.patience <= now }.sorted { $0.started < $1.started }
        guard let first = long.first else { return nil }
        let seconds = Int(first.started.duration(to: now).components.seconds)
        let others = long.count > 1 ? ", and \(long.count - 1) more" : ""
        return "\(printable(first.text))\(seconds > 0 ? ": \(seconds) s" : "")\(others)"
    }

    /// When the line is to be drawn next; nil where nothing is left.
    fileprivate var next: ContinuousClock.Instant? {
        let now = ContinuousClock.now
        return works.values.map { work in
            let first = work.started + work.patience
            guard first <= now else { return first }
            // At each full second.
            return work.started + .seconds(work.started.duration(to: now).components.seconds + 1)
        }.min()
    }
}
