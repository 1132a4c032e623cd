import CLibPQ
import Platform

/// What to connect to: libpq's keywords and their values ("Parameter Key Words" of the manual).
///
/// A later value wins over an earlier one, and missing values come from the service file, the environment and the
/// defaults. A `dbname` is the name of a database; only where a person wrote it does ``expandingDatabase()`` take it for
/// a connection string or URI.
package struct ConnectionParameters: Sendable, Equatable {
    package struct Parameter: Sendable, Equatable {
        package let keyword: String
        package var value: String
    }

    package private(set) var parameters: [Parameter]
    /// By which methods a password may be sent; nil for whatever the server asks for, as libpq does by itself.
    package var passwordRule: PasswordRule?
    /// The keywords that no service file has a value for: it was for another server. Of the password that holds for the
    /// service file alone, not for PGPASSWORD and .pgpass.
    package var withheld: Set<String> = []

    package init(_ values: [(keyword: String, value: String)] = []) {
        parameters = values.map { Parameter(keyword: $0.keyword, value: $0.value) }
    }

    package var isEmpty: Bool { parameters.isEmpty }

    /// The value in effect: the last one given. Setting it puts it at the end.
    package subscript(keyword: String) -> String? {
        get { parameters.last { $0.keyword == keyword }?.value }
        set {
            parameters.removeAll { $0.keyword == keyword }
            if let newValue {
                parameters.append(Parameter(keyword: keyword, value: newValue))
            }
        }
    }

    /// Those with one of these keywords.
    func only(_ keywords: Set<String>) -> ConnectionParameters {
        ConnectionParameters(
            parameters.filter { keywords.contains($0.keyword) }.map { (keyword: $0.keyword, value: $0.value) })
    }

    /// Adds other parameters, which win over the existing ones.
    package mutating func append(_ other: ConnectionParameters) {
        parameters += other.parameters
    }

    /// The parameters with those of the connection string or URI that a person gave as `dbname`, which win over the
    /// others, as in psql.
    ///
    /// - Throws: `.usage` with libpq's description of what is wrong in it.
    package func expandingDatabase() throws(PostgresError) -> ConnectionParameters {
        guard let database = self["dbname"], Self.isConnectionString(database) else { return self }
        var expanded = self
        expanded["dbname"] = nil
        expanded.append(try Self.parse(database))
        return expanded
    }

    /// Whether libpq takes the value of `dbname` for a connection string or URI, and not for the name of a database.
    package static func isConnectionString(_ database: String) -> Bool {
        isURI(database) || database.utf8.contains(UInt8(ascii: "="))
    }

    package static func isURI(_ text: String) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// Reads a connection string or URI (libpq, `PQconninfoParse`). Defaults are not filled in.
    ///
    /// - Throws: `.usage` with libpq's description of what is wrong.
    package static func parse(_ conninfo: String) throws(PostgresError) -> ConnectionParameters {
        guard !conninfo.utf8.contains(0) else {
            throw PostgresError(.usage, "a connection string cannot contain a zero byte")
        }
        var failure: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(failure) }
        guard let options = PQconninfoParse(conninfo, &failure) else {
            let text = failure.map { String(cString: $0).trimmingTrailingWhitespace() }
            throw PostgresError(.usage, text ?? "out of memory")
        }
        defer { PQconninfoFree(options) }
        return ConnectionParameters(options: options)
    }

    /// The parameters in the form in which libpq keeps to what is withheld: a value that is there and empty, which it takes
    /// from a connection string alone, and from that in the first `dbname` only (libpq, `PQconnectdbParams`).
    var forLibrary: ConnectionParameters {
        let empty = withheld.filter { self[$0]?.isEmpty ?? true }.sorted()
        guard !empty.isEmpty else { return self }
        var all = ConnectionParameters([("dbname", empty.map { "\($0)=''" }.joined(separator: " "))])
        if empty.contains("password"), let password = Environment[nonEmpty: "PGPASSWORD"] {
            all.parameters.append(Parameter(keyword: "password", value: password))
        }
        all.append(self)
        all.withheld = withheld
        return all
    }

    /// Takes those of libpq's options that have a value.
    init(options: UnsafeMutablePointer<PQconninfoOption>) {
        self.init()
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                parameters.append(Parameter(keyword: String(cString: keyword), value: String(cString: value)))
            }
            option += 1
        }
    }
}

extension String {
    /// libpq ends its messages with a line feed.
    func trimmingTrailingWhitespace() -> String {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[...last])
    }
}
