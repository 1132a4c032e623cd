import MultiNode

/// A chunk in memory: what its copies hold, who writes to it, and what the access node records of it.
struct ModelChunk {
    enum Stage: String, CaseIterable {
        case initial = "init", createSubscription = "create_subscription", complete
    }

    struct Record {
        let operation: String
        let source: String
        let destination: String
        var stage = Stage.initial
        /// The call goes on at the server, whoever waits for it.
        var isRunning = true
        /// Whether a row was changed that its worker can't find: it never ends by itself.
        var isFailing = false
    }

    /// The rows of each copy, also of one that is not registered.
    var copies: [String: Set<Int>]
    /// The nodes that the access node's catalog has; nil where the chunk was dropped.
    var registered: Set<String>?
    var records: [Record] = []
    /// The nodes that each open session writes to: what the catalog had when it looked.
    var sessions: [Set<String>]
    /// What is there after all that was acknowledged.
    var truth: Set<Int>
    /// A row whose transaction is prepared on these nodes, and acknowledged.
    var inDoubt: (row: Int, nodes: Set<String>)?
    /// Whether somebody holds all that write.
    var isHeld = false
    /// Of a compressed chunk to which rows were added, as in a version whose copies lose sight of them: the nodes whose copies
    /// note that; nil of any other.
    var noting: Set<String>?
    /// The node whose copy the access node reads; one that is dropped leaves another in its place.
    var read: String?
    /// The transactions that others have open.
    var readers: [Reader] = []
    private var nextRow = 1000
    private var nextReader = 0

    /// A transaction of the access node.
    struct Reader {
        let number: String
        /// The nodes on which it has read something.
        var nodes: Set<String>
        /// Those of them to which a copy has come since: for it the chunk has no row there.
        var blind: Set<String> = []
        /// Whether it is never over.
        var isLasting = false
    }

    init(_ nodes: Set<String>, rows: Set<Int>) {
        copies = Dictionary(uniqueKeysWithValues: nodes.map { ($0, rows) })
        registered = nodes
        read = nodes.min()
        sessions = [nodes, nodes]
        truth = rows
    }

    /// The copies that are read as the chunk's own: all but those that nobody has proved.
    var counted: Set<String> {
        guard let registered else { return [] }
        let proved = registered.subtracting(records.filter { $0.stage == .complete }.map(\.destination))
        return proved.isEmpty ? registered : proved
    }

    /// The copies that are complete and read, and that nobody has proved: their operations.
    var unproved: [String] {
        guard let registered else { return [] }
        return records.filter {
            $0.stage == .complete && registered.isSuperset(of: [$0.source, $0.destination])
        }.map(\.operation)
    }

    /// What is wrong at this moment; nil where nothing is.
    var fault: String? {
        guard registered != nil else { return nil }
        if counted.isEmpty { return "no copy is left" }
        let visible = inDoubt.map { truth.subtracting([$0.row]) } ?? truth
        for node in counted.sorted() where copies[node] != visible {
            return "\(node) has not what was acknowledged"
        }
        for node in counted.sorted() where readers.contains(where: { $0.blind.contains(node) }) {
            return "an open transaction finds no row of the copy on \(node), and may compress it"
        }
        if let noting, noting.isDisjoint(with: counted) { return "all copies are read out of order" }
        return nil
    }

    /// In the words of TimescaleDB's catalog.
    ///
    /// - Parameter node: whose copy; nil of the access node.
    func status(on node: String? = nil) -> String? {
        noting.map { noting in node.map { noting.contains($0) } ?? true ? "3" : "1" }
    }

    // MARK: What others do

    /// One of those that use the chunk does something.
    mutating func othersAct(using random: inout SplitMix64) {
        guard let registered else { return }
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<6 where !isHeld: write(in: Int.random(in: 0..<sessions.count, using: &random), using: &random)
        case 6 where !isHeld: sessions[Int.random(in: 0..<sessions.count, using: &random)] = registered
        case 7 where !isHeld && inDoubt == nil:
            let session = sessions[Int.random(in: 0..<sessions.count, using: &random)]
            nextRow += 1
            truth.insert(nextRow)
            inDoubt = (nextRow, session.intersection(registered))
        case 8: heal()
        case 9..<14: goOn(using: &random)
        case 20: beginReading(on: [["dn1", "dn2", "dn3"].randomElement(using: &random) ?? "dn2"])
        case 21..<24: readers.removeAll { !$0.isLasting && random.isLucky(50) }
        default: break
        }
    }

    private mutating func write(in session: Int, using random: inout SplitMix64) {
        guard let registered else { return }
        let nodes = sessions[session].intersection(registered)
        if let row = truth.min(), random.isLucky(30), row != inDoubt?.row {
            truth.remove(row)
            for node in nodes { copies[node]?.remove(row) }
            for index in records.indices where records[index].stage == .createSubscription && random.isLucky(50) {
                records[index].isFailing = true
            }
        } else {
            nextRow += 1
            truth.insert(nextRow)
            for node in nodes { copies[node]?.insert(nextRow) }
            noting?.formUnion(nodes)
        }
    }

    mutating func beginReading(on nodes: Set<String>, isLasting: Bool = false) {
        nextReader += 1
        readers.append(Reader(number: "3/\(nextReader)", nodes: nodes, isLasting: isLasting))
    }

    /// A row is written to all copies but one.
    mutating func write(besides node: String) {
        nextRow += 1
        truth.insert(nextRow)
        for other in registered ?? [] where other != node { copies[other]?.insert(nextRow) }
    }

    mutating func heal() {
        guard let doubt = inDoubt else { return }
        for node in doubt.nodes { copies[node]?.insert(doubt.row) }
        inDoubt = nil
    }

    /// A call that runs gets on.
    mutating func goOn(using random: inout SplitMix64) {
        guard let index = records.firstIndex(where: \.isRunning) else { return }
        let record = records[index]
        switch record.stage {
        case .initial: records[index].stage = .createSubscription
        case .createSubscription where record.isFailing: break
        case .createSubscription:
            // The slot waits for what is prepared on the source.
            guard inDoubt?.nodes.contains(record.source) != true, registered?.contains(record.source) != false else {
                return
            }
            copies[record.destination] = copies[record.source] ?? []
            for index in readers.indices where readers[index].nodes.contains(record.destination) {
                readers[index].blind.insert(record.destination)
            }
            noting?.remove(record.destination)
            registered?.insert(record.destination)
            records[index].stage = .complete
            records[index].isRunning = false
        case .complete: break
        }
    }

    // MARK: What the access node does

    /// Drops the chunk. The one that copies it goes on all the same, and the destination has it in the end.
    mutating func drop() {
        for node in registered ?? [] { copies[node] = nil }
        registered = nil
    }

    /// - Parameter successor: is read where that one was.
    mutating func dropCopy(on node: String, successor: String? = nil) {
        registered?.remove(node)
        if read == node { read = successor ?? registered?.min() }
        copies[node] = nil
        // Those that are open look again.
        sessions = sessions.map { $0.subtracting([node]).union(registered ?? []) }
    }

    /// The server ends a call that never would.
    mutating func endFailing(_ operation: String) {
        for index in records.indices where records[index].operation == operation && records[index].isFailing {
            records[index].isRunning = false
        }
    }

    /// What cleaning up does with a record that is not running.
    mutating func cleanUp(_ operation: String) {
        guard let index = records.firstIndex(where: { $0.operation == operation && !$0.isRunning }) else { return }
        let record = records[index]
        heal()
        if record.stage == .complete, registered?.contains(record.source) == true,
            registered?.contains(record.destination) == true
        {
            dropCopy(on: record.destination)
        } else if record.stage != .complete || registered == nil {
            copies[record.destination] = nil
        }
        records.remove(at: index)
    }
}
