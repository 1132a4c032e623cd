import ClusterAccess
import MultiNode
import Operations
import Platform

/// A chunk in memory with its copies on nodes, those who write to it, and the copy of it on a target; processes that copy it
/// are killed, and connections break.
final class ModelMigration: MigrationSite {
    struct Row: Equatable {
        var value: Int
        /// The transaction that has written it.
        var xmin: Int
    }

    struct State {
        var random: SplitMix64
        /// How many calls in a hundred go wrong.
        var faults: Int
        /// The committed rows, by key: the same on each node.
        var rows: [Int: Row] = [:]
        var nextTransaction = 100
        /// What open transactions are going to change; nil is a deletion.
        var open: [Int: [Int: Int?]] = [:]
        /// The nodes that answer.
        var up: Set<String> = ["dn1", "dn2"]
        var target: [Int: Int]?
        var record: [String: String?]
        var isDead = false
        /// Whether somebody holds all that write.
        var isHeld = false
    }

    static let chunk = SourceChunk(row: [
        "id": "7", "hypertable_id": "1", "schema": "s", "name": "c", "slices": "{}", "position": "0",
        "nodes": "{dn1,dn2}",
    ])

    private let state: Lock<State>

    init(seed: UInt64, faults: Int) {
        state = Lock(
            State(
                random: SplitMix64(seed: seed), faults: faults,
                record: [
                    "hypertable_id": "1", "source_id": "7", "source_schema": "s", "source_name": "c", "state": "to do",
                ]))
    }

    var record: MigratedChunk { state.withLock { MigratedChunk(row: $0.record) } }
    var target: [Int: Int]? { state.withLock { $0.target } }
    var source: [Int: Int] { state.withLock { $0.rows.mapValues(\.value) } }

    /// A new process, while the servers go on.
    func restart(faults: Int) {
        state.withLock { state in
            state.isDead = false
            state.faults = faults
            if faults == 0 { state.up = ["dn1", "dn2"] }
        }
    }

    /// Ends all that is open: what was acknowledged stays.
    func othersRest() {
        state.withLock { state in
            state.isHeld = true
            for number in state.open.keys.sorted() { state.commit(number) }
        }
    }

    func othersAct(_ times: Int) { state.withLock { state in for _ in 0..<times { state.othersAct() } } }

    /// The rule of ``ChangeQuery``.
    var isChanged: Bool {
        state.withLock { state in
            guard let xmin = state.record["snapshot_xmin"].flatMap({ $0 }).flatMap({ Int($0) }) else { return true }
            let rows = state.record["row_count"].flatMap { $0 }.flatMap { Int($0) }
            return state.rows.count != rows || state.rows.values.contains { $0.xmin >= xmin }
        }
    }

    // MARK: MigrationSite

    func record(of chunk: Int) async throws(ClusterError) -> MigratedChunk? {
        try call { MigratedChunk(row: $0.record) }
    }

    func note(_ error: ClusterError, of chunk: Int) async {
        state.withLock { state in
            if !state.isDead { state.record["state"] = "failed" }
        }
    }

    func isThere(_ chunk: SourceChunk) async throws(ClusterError) -> Bool { true }

    func remove(_ chunk: MigratedChunk) async throws(ClusterError) {}

    func clear(_ stray: TableName) async throws(ClusterError) {}

    func copy(
        _ chunk: SourceChunk, from node: String, since before: MigratedChunk?, readsFirst: Bool,
        reached: @escaping @Sendable (TransferStage) -> Void
    ) async throws(ClusterError) -> CopyAnswer {
        let isUp = try call { $0.up.contains(node) }
        guard isUp else { throw ClusterError("no answer", kind: .connectionFailed, node: node) }
        // The snapshot, at one moment.
        let read = try call { state in
            (rows: state.rows.mapValues(\.value), xmin: state.open.keys.min() ?? state.nextTransaction)
        }
        let taken = try call { MigratedChunk(row: $0.record) }
        if taken.state == .copied, taken != before { return .found }
        // The transaction of the target commits as a whole or not at all.
        try call { state in
            state.target = read.rows
            state.record["state"] = "copied"
            state.record["snapshot_xmin"] = String(read.xmin)
            state.record["row_count"] = String(read.rows.count)
            state.record["node"] = node
        }
        return .copied(CopiedChunk(name: chunk.name, node: node, rows: read.rows.count, bytes: 1))
    }

    private func call<Value: Sendable>(_ work: @Sendable (inout State) -> Value) throws(ClusterError) -> Value {
        let result = state.withLock { state -> Result<Value, ClusterError> in
            if state.isDead { return .failure(.interrupted) }
            if !state.isHeld { for _ in 0..<Int.random(in: 0...3, using: &state.random) { state.othersAct() } }
            let fault = CallFault.drawn(state.faults, using: &state.random)
            var isDead = false
            let answer = fault.answer(isDead: &isDead) { work(&state) }
            state.isDead = isDead
            return answer
        }
        return try result.get()
    }
}

extension ModelMigration.State {
    /// One of those that write does something.
    mutating func othersAct() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
            nextTransaction += 1
            open[nextTransaction - 1] = [:]
        case 3..<7:
            guard let number = open.keys.sorted().randomElement(using: &random) else { return }
            // A row belongs to one open transaction at a time, as locks have it.
            let key = Int.random(in: 0..<12, using: &random)
            guard !open.contains(where: { $0.key != number && $0.value.keys.contains(key) }) else { return }
            let isDeletion = random.isLucky(30)
            if isDeletion, rows[key] == nil { return }
            open[number]?[key] = .some(isDeletion ? nil : Int.random(in: 0..<1000, using: &random))
        case 7, 8:
            if let number = open.keys.sorted().randomElement(using: &random) { commit(number) }
        default:
            if faults > 0 {
                up = [["dn1"], ["dn2"], ["dn1", "dn2"]].randomElement(using: &random) ?? []
            }
        }
    }

    mutating func commit(_ number: Int) {
        for (key, value) in open.removeValue(forKey: number) ?? [:] {
            rows[key] = value.map { ModelMigration.Row(value: $0, xmin: number) }
        }
    }
}
