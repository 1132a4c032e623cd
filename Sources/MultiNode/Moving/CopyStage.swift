/// The stages of `copy_chunk`, in their order, by the names that the access node records when they are finished.
package enum CopyStage: String, Sendable, CaseIterable {
    case begun = "init"
    case table = "create_empty_chunk"
    case compressedTable = "create_empty_compressed_chunk"
    case publication = "create_publication"
    case slot = "create_replication_slot"
    case subscription = "create_subscription"
    case start = "sync_start"
    case rows = "sync"
    case unsubscribed = "drop_subscription"
    case unpublished = "drop_publication"
    case attached = "attach_chunk"
    case compressedAttached = "attach_compressed_chunk"
    case sourceDropped = "delete_chunk"
    case complete

    /// The one behind it; itself where there is none.
    package var next: CopyStage {
        let all = Self.allCases
        return all.firstIndex(of: self).flatMap { all.indices.contains($0 + 1) ? all[$0 + 1] : nil } ?? self
    }

    /// Whether all rows are there when it is in hand.
    package var isBehindRows: Bool {
        [.unsubscribed, .unpublished, .attached, .compressedAttached, .sourceDropped, .complete].contains(self)
    }

    /// Whether the statement on the destination has the names of the chunk as parameters.
    var namesByParameters: Bool { [.table, .compressedTable, .attached].contains(self) }

    /// What is done while it is in hand, in a few words.
    package var text: String {
        switch self {
        case .begun: "beginning"
        case .table, .compressedTable: "making the table"
        case .publication: "making the publication"
        case .slot: "making the replication slot"
        case .subscription: "subscribing"
        case .start, .rows: "copying"
        case .unsubscribed, .unpublished: "ending the subscription"
        case .attached, .compressedAttached: "making indexes and constraints"
        case .sourceDropped: "dropping the copy at the source"
        case .complete: "done"
        }
    }
}
