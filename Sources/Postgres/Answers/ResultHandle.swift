import CLibPQ

/// Owns a `PGresult`, and clears it when destroyed.
struct ResultHandle: ~Copyable {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    var status: ExecStatusType {
        PQresultStatus(pointer)
    }

    var columns: [QueryResult.Column] {
        (0..<PQnfields(pointer)).map { column in
            QueryResult.Column(
                name: PQfname(pointer, column).map { String(sent: $0) } ?? "", typeOID: PQftype(pointer, column))
        }
    }

    /// The only row of a result that came by itself. It must not outlive this.
    var row: ReceivedRow { ReceivedRow(of: pointer) }

    /// The columns, rows and command tag.
    func queryResult() -> QueryResult {
        var undecoded: String?
        let rows = (0..<PQntuples(pointer)).map { values(ofRow: $0, &undecoded) }
        var result = QueryResult(
            columns: columns, rows: rows,
            commandTag: PQcmdStatus(pointer).map { String(cString: $0) } ?? "")
        result.undecodedColumn = undecoded
        return result
    }

    /// The values of a row.
    ///
    /// - Parameter undecoded: gets the column of the first value that is not UTF-8, if there was none before.
    func values(ofRow row: Int32, _ undecoded: inout String?) -> [String?] {
        (0..<PQnfields(pointer)).map { column in
            guard PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else {
                return nil
            }
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(pointer, row, column)))
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            undecoded = undecoded ?? PQfname(pointer, column).map { String(sent: $0) }
            return String(undecoded: bytes)
        }
    }

    /// The error or notice in the result.
    var message: ServerMessage {
        ServerMessage(fieldsOf: pointer)
    }
}

extension ServerMessage {
    /// Reads the fields of a `PGresult` that is an error or a notice (libpq, `PQresultErrorField`).
    ///
    /// libpq's own messages, such as that the server closed the connection, have no fields but only a text.
    init(fieldsOf result: OpaquePointer) {
        func field(_ code: clibpq_field) -> String? {
            PQresultErrorField(result, Int32(code.rawValue)).map { String(sent: $0) }
        }
        func number(_ code: clibpq_field) -> Int? {
            field(code).flatMap { Int($0) }
        }
        self.init(
            severity: field(clibpq_severity) ?? "ERROR",
            sqlstate: field(clibpq_sqlstate),
            // TimescaleDB ends some of its messages with a line end.
            message: (field(clibpq_message) ?? PQresultErrorMessage(result).map { String(sent: $0) } ?? "")
                .trimmingTrailingWhitespace())
        detail = field(clibpq_detail)
        // The line and the column of the data are nowhere else.
        if let context = field(clibpq_context), context.hasPrefix("COPY ") {
            detail = [detail, context].compactMap(\.self).joined(separator: "\n")
        }
        hint = field(clibpq_hint)
        position = number(clibpq_position)
        sourceFile = field(clibpq_source_file)
    }
}
