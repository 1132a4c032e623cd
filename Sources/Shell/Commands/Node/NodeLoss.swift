import MultiNode
import Rendering

/// What is lost of a hypertable with a node, or may be, as programs get it.
struct NodeLoss {
    /// Why it is lost, or may be.
    enum Reason: String {
        case onlyCopy = "only_copy"
        /// The nodes that should have other copies can't be asked, or lack them.
        case otherCopiesMissing = "other_copies_missing"
        /// The other copies were made by a run that ended before it compared them.
        case otherCopiesUnproved = "other_copies_unproved"
    }

    private let table: TableName
    private let chunks: Int
    private let reason: Reason
    /// The other nodes that should have copies.
    private let elsewhere: [String]
    /// Nil where other copies may be there.
    private let part: LostPart?

    init(_ part: LostPart) {
        (table, chunks, reason, elsewhere) = (part.table, part.chunks, .onlyCopy, [])
        self.part = part
    }

    init(of table: TableName, chunks: Int, _ reason: Reason, elsewhere: [String]) {
        (self.table, self.chunks, self.reason, self.elsewhere) = (table, chunks, reason, elsewhere)
        part = nil
    }

    /// What ``member(_:)`` is.
    static let shape = AnswerShape.list(
        .object([
            ("hypertable", .string), ("reason", .string), ("chunks", .integer),
            ("ranges", .list(.object([("start", .string), ("end", .string)]))), ("rows", .integer), ("bytes", .integer),
            ("unknown_chunks", .integer), ("nodes", .list(.string)),
        ]))

    /// The field `losses` of the answer.
    static func member(_ losses: [NodeLoss]) -> JSON.Member { JSON.Member("losses", .array(losses.map(\.json))) }

    private var json: JSON {
        let ranges = part?.ranges.map { range in
            JSON.object([JSON.Member("start", .string(range.start)), JSON.Member("end", .string(range.end))])
        }
        // Of rows that were never counted nothing is known, and not that there are none.
        let isKnown = part.map { $0.unknown < $0.chunks } ?? false
        func known(_ number: Int?) -> JSON { number.map { .integer(Int64($0)) } ?? .null }
        return .object([
            JSON.Member("hypertable", .string(table.shownName)), JSON.Member("reason", .string(reason.rawValue)),
            JSON.Member("chunks", .integer(Int64(chunks))), JSON.Member("ranges", ranges.map { .array($0) } ?? .null),
            JSON.Member("rows", known(isKnown ? part?.rows : nil)),
            JSON.Member("bytes", known(isKnown ? part?.bytes : nil)),
            JSON.Member("unknown_chunks", known(part?.unknown)),
            JSON.Member("nodes", .array(elsewhere.map { .string($0) })),
        ])
    }
}
