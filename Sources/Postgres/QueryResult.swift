import CLibPQ

/// What a statement returned.
package struct QueryResult: Sendable {
    package struct Column: Sendable, Equatable {
        package let name: String
        /// Its type's number in the catalog `pg_type`.
        package let typeOID: UInt32
    }

    package var columns: [Column] = []
    /// Values as text; nil is NULL.
    package var rows: [[String?]] = []
    /// As the server gives it: `INSERT 0 1`, `CALL`.
    package var commandTag = ""

    package init() {}

    init(result: OpaquePointer) {
        let width = PQnfields(result)
        columns = (0..<width).map { index in
            Column(name: PQfname(result, index).map { String(cString: $0) } ?? "", typeOID: PQftype(result, index))
        }
        let height = PQntuples(result)
        rows.reserveCapacity(Int(height))
        for row in 0..<height {
            rows.append(
                (0..<width).map { column in
                    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
                        return nil
                    }
                    let length = Int(PQgetlength(result, row, column))
                    return value.withMemoryRebound(to: UInt8.self, capacity: length) {
                        String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
                    }
                })
        }
        commandTag = PQcmdStatus(result).map { String(cString: $0) } ?? ""
    }
}

package enum TransactionStatus: Sendable { case idle, active, inTransaction, failed, unknown }

/// What is known of a connection once it is open.
package struct ConnectionInfo: Sendable, Equatable {
    package var backendPID: Int32 = 0
    /// 150018 is 15.18.
    package var serverVersion = 0
    package var host = ""
    package var port = ""
    package var database = ""
    package var user = ""
    package var usedPassword = false
    package var isLocalSocket: Bool { host.hasPrefix("/") }
}

/// The version of libpq.
package enum LibraryVersion {
    package static var number: Int { Int(PQlibVersion()) }
}
