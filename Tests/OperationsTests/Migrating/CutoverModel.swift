import ClusterAccess
import MultiNode
import Operations
import Platform

/// Two tables, one of which has the name, somebody who writes whenever nobody holds him, and servers that can be left at
/// any moment.
final class CutoverModel: CutoverSite {
    struct State {
        /// What was acknowledged to the writer.
        var acknowledged: Set<Int> = []
        var old: Set<Int> = []
        var new: Set<Int> = []
        var isRenamed = false
        var isRecorded = false
        var jobsAreOn = true
        var jobsAreRecorded = false
        var isHeld = false
        var isExchanged = false
        var prepared = 0
        /// Whether others write to other tables all the time, each time under another name.
        var othersPrepare = false
        /// How often a session is found that has written on a node, and one that reads as before.
        var writers = 0
        var readers = 0
        /// How often somebody waits who may read as before.
        var waiting = 0
        var modes: [CutoverHold.Mode] = []
        var calls: [String] = []
        var isDead = false
        /// At which call tscl is killed, and whether the server has done it by then.
        var kill: (call: Int, isDone: Bool)?
        /// What the next call of that name is answered, and whether it was done all the same.
        var failure: (call: String, error: ClusterError, isDone: Bool)?
        var settled = 0
        /// Ctrl-C comes when the access node has done it.
        var interruptsAtCommit = false
        var refusedWrites = 0
        /// Whether the exchange of the names never ends by itself.
        var hangs = false
        /// How the time passes with each call.
        var time = ContinuousClock.now
        var step = Duration.milliseconds(10)
    }

    let isInPlace: Bool
    let state = Lock(State())

    init(isInPlace: Bool) { self.isInPlace = isInPlace }

    var now: @Sendable () -> ContinuousClock.Instant {
        { [state] in state.withLock { $0.time } }
    }

    static let killed = ClusterError("killed", kind: .interrupted)

    /// A row, where nobody holds the writer and one of the tables takes it.
    private func write(_ state: inout State) {
        guard !state.isHeld else { return }
        let row = state.acknowledged.count + 1
        switch (state.isRenamed, isInPlace || state.isRecorded) {
        case (false, _): state.old.insert(row)
        case (true, true): state.new.insert(row)
        case (true, false):
            state.refusedWrites += 1
            return
        }
        state.acknowledged.insert(row)
    }

    /// The connections close, and with them the transaction ends.
    private static func leave(_ state: inout State) {
        state.isHeld = false
        state.isExchanged = false
    }

    private func call<Value: Sendable>(
        _ name: String, _ work: (inout State) throws(ClusterError) -> Value
    ) throws(ClusterError) -> Value {
        let answer = state.withLock { state -> Result<Value, ClusterError> in
            if state.isDead { return .failure(Self.killed) }
            state.calls.append(name)
            state.time += state.step
            write(&state)
            let kill = state.kill?.call == state.calls.count ? state.kill : nil
            let failure = state.failure?.call == name ? state.failure : nil
            if failure != nil { state.failure = nil }
            var result: Result<Value, ClusterError>?
            if kill == nil || kill?.isDone == true, failure == nil || failure?.isDone == true {
                do throws(ClusterError) { result = .success(try work(&state)) } catch { result = .failure(error) }
            }
            if kill != nil {
                state.isDead = true
                Self.leave(&state)
                return .failure(Self.killed)
            }
            if let failure { return .failure(failure.error) }
            return result ?? .failure(Self.killed)
        }
        return try answer.get()
    }

    func revive() {
        state.withLock { state in
            (state.isDead, state.kill) = (false, nil)
            state.calls = []
        }
    }

    // MARK: The site

    let again = "migrate cutover m"

    func standing() async throws(ClusterError) -> CutoverStanding {
        try call("standing") { state throws(ClusterError) in
            state.isRecorded ? .cutOver : state.isRenamed ? .between : .copying
        }
    }

    func turnJobsOff() async throws(ClusterError) {
        try call("record jobs") { state throws(ClusterError) in state.jobsAreRecorded = true }
        try call("jobs off") { state throws(ClusterError) in state.jobsAreOn = false }
    }

    func turnJobsOn() async throws(ClusterError) {
        try call("jobs on") { state throws(ClusterError) in
            if state.jobsAreRecorded { state.jobsAreOn = true }
            state.jobsAreRecorded = false
        }
    }

    func copyChanges() async throws(ClusterError) -> Int {
        try call("copy") { state throws(ClusterError) in
            // What is prepared is not to be seen yet.
            let seen = state.prepared > 0 ? Set(state.old.sorted().dropLast()) : state.old
            let changed = seen.subtracting(state.new).count
            state.new.formUnion(seen)
            return changed
        }
    }

    func hold(_ mode: CutoverHold.Mode) async throws(ClusterError) {
        try call("hold") { state throws(ClusterError) in
            state.modes.append(mode)
            state.isHeld = true
        }
    }

    func preparedParts() async throws(ClusterError) -> [String: Set<String>] {
        try call("prepared") { state throws(ClusterError) in
            defer { state.prepared = max(0, state.prepared - 1) }
            var parts: Set<String> = state.prepared > 0 ? ["ts-1-7-10-10"] : []
            if state.othersPrepare { parts.insert("ts-1-\(state.calls.count + 100)-10-10") }
            return ["dn1": parts]
        }
    }

    func writersOnNodes() async throws(ClusterError) -> [NodeWriter] {
        try call("writers") { state throws(ClusterError) in
            defer { state.writers = max(0, state.writers - 1) }
            return state.writers > 0 ? [NodeWriter(LockHolder(pid: 7, state: "idle in transaction"), on: "dn1")] : []
        }
    }

    func holdNodes() async throws(ClusterError) { try call("hold nodes") { _ throws(ClusterError) in } }

    func earlierReaders() async throws(ClusterError) -> [EarlierReader] {
        try call("readers") { state throws(ClusterError) in
            defer { state.readers = max(0, state.readers - 1) }
            let row: [String: String?] = ["holder": "8", "is_certain": "t", "is_earlier": "t", "transaction": "8 1"]
            return state.readers > 0 ? [EarlierReader(row: row)].compactMap(\.self) : []
        }
    }

    func waitingReaders() async throws(ClusterError) -> [EarlierReader] {
        try call("waiting") { state throws(ClusterError) in
            defer { state.waiting = max(0, state.waiting - 1) }
            let row: [String: String?] = ["holder": "9", "is_waiting": "t", "is_earlier": "t", "transaction": "9 1"]
            return state.waiting > 0 ? [EarlierReader(row: row)].compactMap(\.self) : []
        }
    }

    func exchange(after pause: Duration) async throws(ClusterError) {
        try call("exchange") { state throws(ClusterError) in state.isExchanged = true }
        guard state.withLock({ $0.hangs }) else { return }
        do { try await Task.sleep(for: .seconds(3600)) } catch { throw .interrupted }
    }

    func commit() async throws(ClusterError) {
        try call("commit") { state throws(ClusterError) in
            guard state.isExchanged else { throw ClusterError("there is no transaction") }
            state.isRenamed = true
            if isInPlace { state.isRecorded = true }
            Self.leave(&state)
            if state.interruptsAtCommit { withUnsafeCurrentTask { $0?.cancel() } }
        }
    }

    func letGo() async {
        state.withLock { if !$0.isDead { Self.leave(&$0) } }
    }

    func complete() async throws(ClusterError) {
        if isInPlace { return }
        if Task.isCancelled { throw .interrupted }
        try call("complete") { state throws(ClusterError) in state.isRecorded = true }
    }

    func settle() async -> [CutoverNote] {
        state.withLock { if !$0.isDead { $0.settled += 1 } }
        return []
    }

    func pause() async throws(ClusterError) { try call("pause") { _ throws(ClusterError) in } }
}
