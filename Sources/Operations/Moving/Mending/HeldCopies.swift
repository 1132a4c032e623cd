import MultiNode

/// What copies of a chunk were found to be while nobody wrote to it, and what follows for the one in question.
struct HeldCopies {
    struct Copy: Sendable, Equatable {
        let digest: CopyDigest
        let status: String?
    }

    let decision: CopyDecision
    /// By their nodes.
    let copies: [String: Copy]
    /// The nodes that are not marked unavailable: on another nobody reads a copy.
    let available: Set<String>
    let standing: ChunkStanding
    /// Whether a copy gets the status of its source.
    let keepsStatus: Bool

    private var subject: String { decision.nodes[0] }

    /// The nodes of the copies that the one in question has to be equal to. Where one is to be dropped that are all that
    /// will be read: whichever of them TimescaleDB takes then, the rows are those of before.
    private var others: [String] {
        switch decision {
        case .take(let source, _, _): [source]
        case .drop(_, let others): others.filter { available.contains($0) }
        }
    }

    var verdict: CopyVerdict {
        let copy = copies[subject]
        guard let copy, !others.isEmpty, others.allSatisfy({ copies[$0]?.digest == copy.digest }) else {
            return .different(
                rows: copies.filter { $0.key == subject || others.contains($0.key) }.mapValues(\.digest.rows))
        }
        if !agreeing.isEmpty { return .equal(rows: copy.digest.rows, held: .zero) }
        if copies.values.contains(where: { standing.lacks($0.status) }) { return .restated(.rowsUnnoted) }
        // In a version that keeps the status there may be nothing to recompress.
        let isLost = standing.notesAddedRows && !keepsStatus
        return .restated(isLost ? .rowsAdded : .compression)
    }

    /// The node whose copy takes the place of one that is dropped, where the verdict is that they are equal.
    var successor: String? {
        switch decision {
        case .take(_, let destination, _): destination
        case .drop: agreeing.first
        }
    }

    /// The nodes whose copies also have the status that they must have.
    private var agreeing: [String] {
        others.filter { node in
            decision.agrees(copies[subject]?.status, copies[node]?.status, standing, keepsStatus: keepsStatus)
        }
    }
}
