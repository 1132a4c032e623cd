import CLibPQ

/// What has arrived of a statement's answer.
enum Arrival: ~Copyable {
    /// Rows that were handed over; there may be no room for another one.
    case rows(isFull: Bool)
    case result(ResultHandle)
    /// There is nothing behind what was taken.
    case end
}

extension ConnectionHandle {
    /// Takes what has arrived, without waiting. Rows that somebody takes are handed over, as many as there are: the
    /// connection is looked up once for all of them.
    ///
    /// It must not be busy.
    func nextArrival(for run: inout StatementRun) -> Arrival {
        repeat {
            guard let result = nextResult() else { return .end }
            guard run.rowTaker != nil, result.status == PGRES_SINGLE_TUPLE else { return .result(result) }
            if run.handsOver(result) { return .rows(isFull: true) }
        } while !isBusy
        return .rows(isFull: false)
    }
}
