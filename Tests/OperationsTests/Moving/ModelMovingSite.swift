import ClusterAccess
import MultiNode
@testable import Operations
import Platform

/// A process that moves a model chunk, over a connection on which things go wrong.
final class ModelMovingSite: MovingSite, ChunkClaim {
    struct State {
        var chunk: ModelChunk
        var random: SplitMix64
        /// How many statements in a hundred go wrong.
        var faults: Int
        /// Whether the process was killed: it sends nothing any more.
        var isDead = false
        var faultsSeen: [String] = []
        /// How much at most others do before and after a statement.
        var othersActs = 4
        /// How many copies the source is still too busy for.
        var busyCopies = 0
        /// Whether somebody compresses and decompresses the chunk all the time.
        var isCompressing = false
        /// How many COPYs are to begin yet that have looked where the chunk is when they are held.
        var waitingCopies = 0
        /// How many copies the source is too busy for while writers wait.
        var busyHolds = 0
        /// Whether somebody drops the chunk as soon as a copy of it is begun.
        var isDropping = false
        /// The nodes that have died, and those at which something has failed.
        var gone: Set<String> = []
        var suspects: Set<String> = []
        /// The nodes whose disks are full, and those of them that are known.
        var fullDisks: Set<String> = []
        var full: Set<String> = []
        /// How many comparisons are still undone because they take longer than writers may wait, and how many cleanups fail.
        var slowComparisons = 0
        var failingCleanups = 0
        /// How many holds are still given back in which a slot is made, and in which a copy is dropped.
        var slotStandstills = 0
        var dropStandstills = 0
        /// How many copies were begun while writers waited, how many ended so that were begun before, and how often it was
        /// waited behind a hold that was given back.
        var held = (early: 0, late: 0, waits: 0)
        /// How often something in doubt was ended.
        var healings = 0
        /// Asks to stop as soon as the chunk is wanted that another process has; nil where nobody has it.
        var stop: Stop?
        /// Asks to stop as soon as somebody is waited for who reads a node as it was.
        var readerStop: Stop?
    }

    private let state: Lock<State>

    init(_ chunk: ModelChunk, seed: UInt64, faults: Int, busyCopies: Int = 0) {
        state = Lock(
            State(chunk: chunk, random: SplitMix64(seed: seed), faults: faults, busyCopies: busyCopies))
    }

    var chunk: ModelChunk { state.withLock { $0.chunk } }
    var faultsSeen: [String] { state.withLock { $0.faultsSeen } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Lets somebody compress and decompress the chunk all the time.
    func othersCompress() { state.withLock { $0.isCompressing = true } }

    /// Lets one COPY after the other wait for each new copy, and write to the old ones alone.
    func othersCopy(_ count: Int) { state.withLock { $0.waitingCopies = count } }

    /// Lets somebody drop the chunk as soon as a copy of it is begun.
    func othersDrop() { state.withLock { $0.isDropping = true } }

    /// Lets the source be busy so often while writers wait.
    func isBusyWhileHeld(_ count: Int) { state.withLock { $0.busyHolds = count } }

    /// Lets comparisons take longer than writers may wait, and cleanups fail.
    func isSlow(comparisons: Int, cleanups: Int) {
        state.withLock { ($0.slowComparisons, $0.failingCleanups) = (comparisons, cleanups) }
    }

    /// Lets holds wait so often for somebody who waits for them: those in which slots are made, and in which a copy is dropped.
    func standsStill(slots: Int = 0, drops: Int = 0) {
        state.withLock { ($0.slotStandstills, $0.dropStandstills) = (slots, drops) }
    }

    var healings: Int { state.withLock { $0.healings } }

    var held: (early: Int, late: Int, waits: Int) { state.withLock { $0.held } }

    static let standstill = HoldStandstill(
        HoldBlock(node: "dn1", pid: 7, application: "timescaledb", age: 500),
        of: HeldSession(pid: 8, role: "ann", application: "loader", transactionAge: 600, statementAge: 200))

    /// Lets another process have the chunk for good, and somebody ask for a stop.
    func othersClaim(asking stop: Stop) { state.withLock { $0.stop = stop } }

    /// Lets a node die, as is known already.
    func dies(_ node: String) { state.withLock { _ = $0.gone.insert(node) } }

    var suspects: Set<String> { state.withLock { $0.suspects } }

    /// Lets a node have no room.
    func fills(_ node: String) { state.withLock { _ = $0.fullDisks.insert(node) } }

    /// Lets a row of the chunk be in doubt on all of its nodes.
    func isInDoubt(_ row: Int) {
        state.withLock { state in
            state.chunk.truth.insert(row)
            state.chunk.inDoubt = (row, state.chunk.registered ?? [])
        }
    }

    /// Lets somebody have a transaction open on a node.
    func othersRead(_ node: String, isLasting: Bool = false) {
        state.withLock { $0.chunk.beginReading(on: [node], isLasting: isLasting) }
    }

    /// Lets nobody else use the chunk.
    func othersRest() { state.withLock { $0.othersActs = 0 } }

    /// A new process, while the servers go on.
    func restart(faults: Int) {
        state.withLock { state in
            state.isDead = false
            state.chunk.isHeld = false
            state.faults = faults
        }
    }

    /// Others act before and after; then what is wrong is noted.
    private func call<Value: Sendable>(
        _ work: @Sendable (inout ModelChunk, inout SplitMix64) -> Value
    ) throws(ClusterError) -> Value {
        let result = state.withLock { state -> Result<Value, ClusterError> in
            if state.isDead { return .failure(.interrupted) }
            for _ in 0..<Int.random(in: 0...state.othersActs, using: &state.random) {
                state.chunk.othersAct(using: &state.random)
            }
            let fault = CallFault.drawn(state.faults, using: &state.random)
            var isDead = false
            let answer = fault.answer(isDead: &isDead) { () -> Value in
                let value = work(&state.chunk, &state.random)
                for _ in 0..<Int.random(in: 0...state.othersActs, using: &state.random) {
                    state.chunk.othersAct(using: &state.random)
                }
                if let wrong = state.chunk.fault { state.faultsSeen.append(wrong) }
                return value
            }
            state.isDead = isDead
            return answer
        }
        return try result.get()
    }

    // MARK: MovingSite

    func state(of chunk: Chunk) async throws(ClusterError) -> ChunkState? {
        try call { chunk, _ in
            guard let registered = chunk.registered else { return nil }
            return ChunkState(
                ChunkStanding(
                    nodes: registered.sorted(), status: chunk.status(), owner: "postgres", read: chunk.read),
                chunk.records.map { ChunkCopying($0, registered) })
        }
    }

    func records(of chunk: Chunk) async throws(ClusterError) -> [ChunkCopying] {
        try call { chunk, _ in chunk.records.map { ChunkCopying($0, chunk.registered ?? []) } }
    }

    nonisolated(nonsending) func claiming<Value: Sendable>(
        _ chunk: Chunk, _ work: nonisolated(nonsending) (any ChunkClaim) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value? {
        try call { _, _ in }
        if let stop = state.withLock({ $0.stop }) {
            stop.request()
            return nil
        }
        return try await work(self)
    }

    func cleanUp(_ copying: ChunkCopying, isOwnCall: Bool, _ report: StepReport?) async throws(ClusterError) {
        let fails = state.withLock { state in
            defer { state.failingCleanups -= 1 }
            return state.failingCleanups > 0
        }
        if fails {
            var error = ClusterError("canceling statement due to statement timeout")
            error.sqlstate = "57014"
            throw error
        }
        try call { chunk, _ in chunk.cleanUp(copying.operation) }
    }

    func look(after copying: ChunkCopying) async {
        state.withLock { $0.chunk.endFailing(copying.operation) }
    }

    func noteFull(_ node: String) { state.withLock { _ = $0.full.insert(node) } }

    func isFull(_ node: String) -> Bool { state.withLock { $0.full.contains(node) } }

    func suspect(_ nodes: [String]) { state.withLock { $0.suspects.formUnion(nodes) } }

    func goneNode(among nodes: [String]) async -> String? { state.withLock { $0.gone }.intersection(nodes).min() }

    func pause() async throws(ClusterError) {
        try call { chunk, random in chunk.goOn(using: &random) }
    }

    func healDoubts(on nodes: [String], _ report: StepReport) async {
        state.withLock { state in
            guard let doubt = state.chunk.inDoubt, !doubt.nodes.isDisjoint(with: nodes) else { return }
            state.chunk.heal()
            state.healings += 1
        }
    }

    func snapshots(on node: String) async throws(ClusterError) -> [OpenSnapshot] {
        try call { chunk, _ in chunk.snapshots(on: node) }
    }

    func stillOpen(_ snapshots: [OpenSnapshot]) async throws(ClusterError) -> [OpenSnapshot] {
        try call { chunk, random in
            chunk.readers.removeAll { !$0.isLasting && random.isLucky(30) }
            let open = Set(chunk.readers.map(\.number))
            return snapshots.filter { open.contains($0.number) }
        }
    }

    func session(of snapshot: OpenSnapshot) async -> HeldSession? {
        state.withLock { $0.readerStop?.request() }
        return HeldSession(pid: 8, role: "ann", application: "report", transactionAge: 600, statementAge: 200)
    }

    /// Lets somebody ask for a stop while it is waited for one who reads a node as it was.
    func isToStopBehindReaders(_ stop: Stop) { state.withLock { $0.readerStop = stop } }

    func wait(untilOver standstill: HoldStandstill, _ report: StepReport) async throws(ClusterError) {
        state.withLock { $0.held.waits += 1 }
        try await pause()
    }

    // MARK: ChunkClaim

    func copy(
        from source: String, to destination: String, as name: ChunkCopyName, bytes: Int64, within limit: Duration,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyEnd {
        let isBusy = state.withLock { state in
            defer { state.busyCopies -= 1 }
            let isBusyHold = state.chunk.isHeld && state.busyHolds > 0
            if isBusyHold { state.busyHolds -= 1 }
            return state.busyCopies > 0 || isBusyHold
        }
        if isBusy {
            var error = ClusterError("replication slot is active", node: source)
            error.sqlstate = "55006"
            throw error
        }
        if state.withLock({ $0.fullDisks.contains(destination) }) {
            var error = ClusterError("[\(destination)]: could not extend file", node: destination)
            error.sqlstate = "53100"
            throw error
        }
        try call { chunk, _ in
            chunk.records.append(.init(operation: name.text, source: source, destination: destination))
        }
        let isEarly = state.withLock { $0.chunk.isHeld }
        if isEarly { try standStill(name) }
        state.withLock { if $0.isDropping { $0.chunk.drop() } }
        // The call runs; what becomes of the one that waits for it does not matter to the server.
        while true {
            let record = try call { chunk, random in
                chunk.goOn(using: &random)
                if random.isLucky(20) { chunk.heal() }
                return chunk.records.first { $0.operation == name.text }
            }
            guard let record, record.isRunning else {
                state.withLock { state in
                    if isEarly { state.held.early += 1 } else if state.chunk.isHeld { state.held.late += 1 }
                }
                return .made
            }
            if record.isFailing {
                try call { chunk, _ in chunk.endFailing(name.text) }
                return .failing
            }
            await Task.yield()
        }
    }

    private static let brokenOff = "57014"

    /// The slot waits for a transaction of somebody who waits for the hold, and the call is broken off.
    private func standStill(_ name: ChunkCopyName) throws(ClusterError) {
        let isStill = state.withLock { state in
            guard state.slotStandstills > 0 else { return false }
            state.slotStandstills -= 1
            for index in state.chunk.records.indices where state.chunk.records[index].operation == name.text {
                state.chunk.records[index].isRunning = false
            }
            return true
        }
        guard isStill else { return }
        var error = ClusterError("canceling statement due to user request")
        error.sqlstate = Self.brokenOff
        throw error
    }

    func untilSlotsAreMade(
        for name: ChunkCopyName, from source: String, to destination: String, orElse isOver: @Sendable () -> Bool
    ) async throws(ClusterError) {
        while !isOver() {
            let record = try call { chunk, _ in chunk.records.first { $0.operation == name.text } }
            if let record, record.stage != .initial { return }
            await Task.yield()
        }
    }

    nonisolated(nonsending) func settle(
        _ decision: CopyDecision, of operation: String?, awaited: Set<String>, within limit: Duration,
        copying: (nonisolated(nonsending) () async throws(ClusterError) -> Void)?,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict {
        try call { chunk, _ in chunk.isHeld = true }
        do throws(ClusterError) {
            if let copying { try await copying() }
            let isSlow = state.withLock { state in
                defer { state.slowComparisons -= 1 }
                return state.slowComparisons > 0
            }
            if isSlow { throw ClusterError("no answer within the time limit", kind: .timedOut) }
            let isOutrun = try othersCopy(decision)
            var verdict = try call { chunk, _ in Self.compare(decision, chunk) }
            if case .different = verdict, isOutrun, copying != nil { verdict = .outrun }
            if case .equal = verdict, state.withLock({ $0.isCompressing }) { verdict = .restated(.compression) }
            if case .equal = verdict, isStandingStillAtDrop {
                state.withLock { $0.chunk.isHeld = false }
                return .givenBack(Self.standstill)
            }
            if case .equal = verdict, let open = try call({ chunk, _ in Self.readers(decision, awaited, chunk) }) {
                state.withLock { $0.chunk.isHeld = false }
                return .readBefore(open)
            }
            let found = verdict
            try call { chunk, _ in Self.apply(decision, of: operation, found, &chunk) }
            state.withLock { $0.chunk.isHeld = false }
            return found
        } catch {
            // The transaction ends with its connection.
            state.withLock { $0.chunk.isHeld = false }
            guard error.sqlstate == Self.brokenOff else { throw error }
            return .givenBack(Self.standstill)
        }
    }

    private var isStandingStillAtDrop: Bool {
        state.withLock { state in
            defer { state.dropStandstills -= 1 }
            return state.dropStandstills > 0
        }
    }

    /// A COPY that waited writes to the old copies.
    ///
    /// - Returns: whether one did.
    private func othersCopy(_ decision: CopyDecision) throws(ClusterError) -> Bool {
        let waits = state.withLock { state in
            defer { state.waitingCopies -= 1 }
            return state.waitingCopies > 0
        }
        guard waits else { return false }
        try call { chunk, _ in chunk.write(besides: decision.nodes[0]) }
        return true
    }

    private static func compare(_ decision: CopyDecision, _ chunk: ModelChunk) -> CopyVerdict {
        guard let registered = chunk.registered, registered.isSuperset(of: decision.nodes) else { return .overtaken }
        if let node = decision.nodes.first(where: { chunk.inDoubt?.nodes.contains($0) == true }) {
            return .written(on: node)
        }
        let subject = decision.nodes[0]
        let standing = ChunkStanding(nodes: registered.sorted(), status: chunk.status(), owner: "postgres")
        let others = decision.nodes.dropFirst()
        guard others.allSatisfy({ chunk.copies[$0] == chunk.copies[subject] }) else { return .different(rows: [:]) }
        let isEqual = others.contains { node in
            decision.agrees(
                chunk.status(on: subject), chunk.status(on: node), standing, keepsStatus: chunk.noting == nil)
        }
        return isEqual ? .equal(rows: chunk.copies[subject]?.count ?? 0, held: .zero) : .restated(.rowsAdded)
    }

    /// Who would find no row of a copy that is to count, or to be read; nil where nobody would.
    private static func readers(
        _ decision: CopyDecision, _ awaited: Set<String>, _ chunk: ModelChunk
    ) -> [OpenSnapshot]? {
        let standing = ChunkStanding(nodes: [], owner: "postgres", read: chunk.read)
        guard decision.countsAnother(standing), let successor = successor(decision), !awaited.contains(successor) else {
            return nil
        }
        let open = chunk.snapshots(on: successor)
        return open.isEmpty ? nil : open
    }

    private static func successor(_ decision: CopyDecision) -> String? {
        switch decision {
        case .take(_, let destination, _): destination
        case .drop(_, let others): others.first
        }
    }

    private static func apply(
        _ decision: CopyDecision, of operation: String?, _ verdict: CopyVerdict, _ chunk: inout ModelChunk
    ) {
        if verdict != .overtaken { chunk.records.removeAll { $0.operation == operation } }
        chunk.isHeld = false
        let isEqual = if case .equal = verdict { true } else { false }
        switch (decision, verdict) {
        case (_, .overtaken), (_, .givenBack), (_, .readBefore): break
        case (.take(let source, let destination, true), _) where isEqual:
            chunk.dropCopy(on: source, successor: destination)
        case (.take, _) where isEqual: chunk.sessions = chunk.sessions.map { _ in chunk.registered ?? [] }
        case (.take(_, let destination, _), _): chunk.dropCopy(on: destination)
        case (.drop(let node, _), _):
            if isEqual { chunk.dropCopy(on: node, successor: successor(decision)) }
        }
    }

    func forget(_ operation: String) async throws(ClusterError) {
        try call { chunk, _ in chunk.records.removeAll { $0.operation == operation } }
    }
}

extension ModelChunk {
    fileprivate func snapshots(on node: String) -> [OpenSnapshot] {
        readers.filter { $0.nodes.contains(node) }.map { OpenSnapshot(node: node, pid: 4711, number: $0.number) }
    }
}

extension ChunkCopying {
    fileprivate init(_ record: ModelChunk.Record, _ registered: Set<String>) {
        self.init(row: [
            "operation": record.operation, "source": record.source, "destination": record.destination,
            "stage": record.stage.rawValue, "running": record.isRunning ? "t" : "f",
            "on_source": registered.contains(record.source) ? "t" : "f",
            "on_destination": registered.contains(record.destination) ? "t" : "f",
            "other_copies": String(registered.subtracting([record.destination]).count),
        ])
    }
}
