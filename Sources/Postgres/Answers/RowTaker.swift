package import Platform

/// Takes the rows of an answer one by one, as they come in, so that nothing is held but what is made of them.
package protocol RowTaker: AnyObject, Sendable {
    /// Gets the columns before the first row, and also where no row comes.
    func begin(_ columns: [QueryResult.Column])

    /// Gets a row, whose bytes are gone afterwards.
    ///
    /// - Returns: whether it is full, and wants room before the next row.
    func take(_ row: ReceivedRow) -> Bool

    /// Hands on what it has. Meanwhile nothing more is read, so that whoever is slow holds up the server.
    func makeRoom(until deadline: EventLoop.Instant?) async -> RowRoom
}

extension RowTaker {
    package func begin(_ columns: [QueryResult.Column]) {}
    package func makeRoom(until deadline: EventLoop.Instant?) async -> RowRoom { .made }
}

/// What came of making room for rows.
package enum RowRoom: Sendable {
    case made
    /// Nobody wants the rest of the rows.
    case unwanted
    case timedOut
    case cancelled
}
