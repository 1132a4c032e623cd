import CLibPQ

/// One row of an answer, while it is being taken.
package struct ReceivedRow {
    private enum Cells {
        case ofResult(OpaquePointer)
        case elsewhere([UnsafeRawBufferPointer?])
    }

    private let cells: Cells
    package let count: Int

    /// - Parameter result: a `PGresult` of one row, which outlives this.
    init(of result: OpaquePointer) {
        cells = .ofResult(result)
        count = Int(PQnfields(result))
    }

    private init(_ cells: [UnsafeRawBufferPointer?]) {
        self.cells = .elsewhere(cells)
        count = cells.count
    }

    /// The bytes of a value in PostgreSQL's text format, nil for NULL. They must not be kept.
    package subscript(column: Int) -> UnsafeRawBufferPointer? {
        switch cells {
        case .ofResult(let result):
            let column = Int32(truncatingIfNeeded: column)
            let length = PQgetlength(result, 0, column)
            // NULL has no length, and most values have one: they need no further question.
            guard length > 0 || PQgetisnull(result, 0, column) == 0 else { return nil }
            return UnsafeRawBufferPointer(start: PQgetvalue(result, 0, column), count: Int(length))
        case .elsewhere(let cells): return cells[column]
        }
    }

    /// Whether a value is UTF-8, or NULL.
    package func isUTF8(_ column: Int) -> Bool {
        self[column].map { String(validating: $0, as: UTF8.self) != nil } ?? true
    }

    /// A value as text, with U+FFFD for what is not UTF-8 in it.
    package func text(_ column: Int) -> String? { self[column].map { String(decoding: $0, as: UTF8.self) } }

    /// Hands a row over that did not come from a server.
    package static func with<Answer>(_ values: [String?], _ body: (ReceivedRow) -> Answer) -> Answer {
        let texts = values.map { value in value.map { Array($0.utf8) } }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: texts.reduce(0) { $0 + ($1?.count ?? 0) }, alignment: 1)
        defer { memory.deallocate() }
        var used = 0
        let cells = texts.map { text -> UnsafeRawBufferPointer? in
            guard let text else { return nil }
            let place = UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + text.count])
            place.copyBytes(from: text)
            used += text.count
            return UnsafeRawBufferPointer(place)
        }
        return body(ReceivedRow(cells))
    }
}

extension QueryResult {
    /// Hands its rows over to whoever takes them.
    ///
    /// - Returns: the result without them; whether the rest of them was not wanted, or could not be handed on.
    package func handed(to taker: any RowTaker) async -> (QueryResult, RowRoom) {
        guard !columns.isEmpty else { return (self, .made) }
        taker.begin(columns)
        var result = self
        result.rows = []
        for row in rows where ReceivedRow.with(row, { taker.take($0) }) {
            let room = await taker.makeRoom(until: nil)
            if room != .made { return (result, room) }
        }
        return (result, .made)
    }
}
