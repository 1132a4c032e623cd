import MultiNode
import Testing

/// How the copies of a chunk are compared, and which chunk comes next.
@Suite struct CopyComparisonTests {
    private static func digest(_ rows: Int, _ hash: String? = nil) -> CopyReply {
        .digest(CopyDigest(rows: rows, hash: hash))
    }

    @Test func oneLookIsEnoughForTheSame() {
        var comparison = CopyComparison(countsOnly: false)
        #expect(comparison.take(["a": Self.digest(1, "5"), "b": Self.digest(1, "5"), "c": .unread]) == .done)
        #expect(comparison.verdict == .same)
        #expect(comparison.copies.map(\.state) == [.read, .read, .unread])
    }

    @Test func differentHashesOfAsManyRowsDiffer() {
        var comparison = CopyComparison(countsOnly: false)
        let replies = ["a": Self.digest(1, "5"), "b": Self.digest(1, "6")]
        #expect(comparison.take(replies) == .ask(.digest(watching: true)))
        #expect(comparison.take(replies) == .ask(.digest(watching: true)))
        #expect(comparison.take(replies) == .ask(.parts))
        #expect(comparison.verdict == .differs)
        let parts: [String: CopyReply] = [
            "a": .parts([0: .init(rows: 1, hash: "5")]), "b": .parts([0: .init(rows: 1, hash: "6")]),
        ]
        #expect(comparison.take(parts) == .ask(.rows([0])))
        let rows: [String: CopyReply] = [
            "a": .rows([1: .init(count: 3, key: "x"), 2: .init(count: 1, key: "y")]),
            "b": .rows([1: .init(count: 1, key: "x")]),
        ]
        #expect(comparison.take(rows) == .done)
        #expect(comparison.copies.map(\.lacks) == [0, 3])
        #expect(comparison.copies.map(\.example) == [nil, "x"])
        #expect(comparison.copies.allSatisfy { !$0.mayLackMore })
    }

    /// It has committed on one node, and is prepared on the other, or is in doubt there.
    @Test func aTransactionThatIsOpenExplainsADifference() {
        var comparison = CopyComparison(countsOnly: false)
        let replies: [String: CopyReply] = [
            "a": Self.digest(2, "5"), "b": .digest(.init(rows: 1, hash: "4"), isWritten: true),
        ]
        _ = comparison.take(["a": Self.digest(2, "5"), "b": Self.digest(1, "4")])
        for _ in 0..<4 { #expect(comparison.take(replies) == .ask(.digest(watching: true))) }
        #expect(comparison.take(replies) == .done)
        #expect(comparison.verdict == .changing)
    }

    /// What it has written comes to light between two looks, and its locks are gone by then.
    @Test func aTransactionThatEndsIsWaitedFor() {
        var comparison = CopyComparison(countsOnly: false)
        let before: [String: CopyReply] = [
            "a": Self.digest(2, "5"), "b": .digest(.init(rows: 1, hash: "4"), isWritten: true),
        ]
        let after = ["a": Self.digest(2, "5"), "b": Self.digest(1, "4")]
        #expect(comparison.take(after) == .ask(.digest(watching: true)))
        #expect(comparison.take(before) == .ask(.digest(watching: true)))
        #expect(comparison.take(after) == .ask(.digest(watching: true)))
        #expect(comparison.take(["a": Self.digest(2, "5"), "b": Self.digest(2, "5")]) == .done)
        #expect(comparison.verdict == .same)
    }

    @Test func whatIsTheSameInAllPartsIsTheSame() {
        var comparison = CopyComparison(countsOnly: false)
        for _ in 0..<3 { _ = comparison.take(["a": Self.digest(1, "5"), "b": Self.digest(1, "6")]) }
        let parts = CopyReply.parts([0: .init(rows: 1, hash: "6")])
        #expect(comparison.take(["a": parts, "b": parts]) == .done)
        #expect(comparison.verdict == .same)
    }

    @Test func notMoreRowsAreFetchedThanFit() {
        var comparison = CopyComparison(countsOnly: false)
        let replies = ["a": Self.digest(1, "5"), "b": Self.digest(1, "6")]
        for _ in 0..<3 { _ = comparison.take(replies) }
        let a = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, CopyDigest(rows: 50_000, hash: "1")) })
        let b = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, CopyDigest(rows: 50_000, hash: "2")) })
        #expect(comparison.take(["a": .parts(a), "b": .parts(b)]) == .ask(.rows([0, 1, 2, 3])))
        #expect(comparison.take(["a": .rows([1: .init(count: 1, key: "")]), "b": .rows([:])]) == .done)
        #expect(comparison.copies.map(\.mayLackMore) == [true, true])
    }

    @Test func aChunkThatNoNodeHasDiffersFromTheCatalog() {
        var comparison = CopyComparison(countsOnly: false)
        _ = comparison.take(["a": .missing, "b": .missing])
        _ = comparison.take(["a": .missing, "b": .missing])
        #expect(comparison.take(["a": .missing, "b": .missing]) == .done)
        #expect(comparison.verdict == .differs)
    }

    @Test func oneCopyAloneSaysNothing() {
        var comparison = CopyComparison(countsOnly: false)
        #expect(comparison.take(["a": Self.digest(1, "5"), "b": .unread]) == .done)
        #expect(comparison.verdict == .unknown)
    }

    @Test func namesAreQuotedAndColumnsAreTheSameOnAllNodes() {
        let shape = RowShape(
            table: TableName(schema: "s", name: "t"), columns: ["a\"b", "time"], key: ["time", "it's"])
        let chunk = TableName(schema: "x y", name: "c")
        #expect(
            CopyQuestion.digest().query(of: chunk, shape).text.contains(#"ROW(x."a""b", x."time")::text, 0)"#))
        #expect(CopyQuestion.digest().query(of: chunk, shape).text.hasSuffix(#"FROM "x y"."c" x"#))
        #expect(
            CopyQuestion.parts.query(of: chunk, shape).text.contains(#"'it''s=' || COALESCE(x."it's"::text, 'null')"#))
    }

    // MARK: Which is next

    @Test(arguments: 0..<50 as Range<UInt64>)
    func eachChunkIsComparedOnceWithItsNodesFree(_ seed: UInt64) {
        var random = SeededNumbers(seed)
        let nodes = (0..<Int.random(in: 2...12, using: &random)).map { "n\($0)" }
        let chunks = (0..<200).map { _ in
            Array(nodes.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))
        }
        var matching = CopyMatching(chunks)
        var busy: [Int: [String]] = [:]
        var done: [Int] = []
        var lost: Set<String> = []
        func take(_ next: CopyMatching.Match?) {
            guard let next else { return }
            #expect(next.nodes.count > 1 && Set(next.nodes).isSubset(of: chunks[next.chunk]))
            #expect(lost.isDisjoint(with: next.nodes))
            #expect(busy.values.allSatisfy { Set($0).isDisjoint(with: next.nodes) })
            busy[next.chunk] = next.nodes
        }
        for node in nodes { take(matching.free(node)) }
        while let chunk = busy.keys.sorted().randomElement(using: &random) {
            let used = busy.removeValue(forKey: chunk) ?? []
            // Some are looked at again.
            if Int.random(in: 0..<3, using: &random) == 0 {
                for node in used { take(matching.free(node)) }
                for next in matching.again(chunk, on: used) { take(next) }
                continue
            }
            done.append(chunk)
            if Int.random(in: 0..<40, using: &random) == 0, let node = used.randomElement(using: &random) {
                lost.insert(node)
                for next in matching.lose(node) { take(next) }
            }
            for node in used { take(matching.free(node)) }
        }
        #expect(matching.isEmpty)
        #expect((done + matching.unmatched).sorted() == Array(chunks.indices))
    }
}

/// Numbers that are the same for each seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
