import CLibPQ

/// How to reach a server: libpq's keywords and values, in their order (PostgreSQL manual, 34.1.2).
package struct ConnectionParameters: Sendable {
    package private(set) var values: [(keyword: String, value: String)]

    package init(_ values: [(keyword: String, value: String)] = []) {
        self.values = values
    }

    package var isEmpty: Bool { values.isEmpty }

    package subscript(keyword: String) -> String? {
        get { values.last { $0.keyword == keyword }?.value }
        set {
            values.removeAll { $0.keyword == keyword }
            if let newValue { values.append((keyword, newValue)) }
        }
    }

    /// What a conninfo string or URI says.
    ///
    /// - Throws: a `usage` error with libpq's words when it is malformed.
    package static func parse(_ conninfo: String) throws(PostgresError) -> ConnectionParameters {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(conninfo, &message) else {
            defer { PQfreemem(message) }
            let text = message.map { String(cString: $0) } ?? "out of memory"
            throw PostgresError(.usage, PostgresError.trimmed(text))
        }
        defer { PQconninfoFree(options) }
        var values: [(keyword: String, value: String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                values.append((String(cString: keyword), String(cString: value)))
            }
            option += 1
        }
        return ConnectionParameters(values)
    }

    /// The same with a conninfo string or URI in `dbname` taken apart; what it says goes before what stands around it,
    /// as for psql.
    package func expanded() throws(PostgresError) -> ConnectionParameters {
        guard let name = self["dbname"], name.contains("=") || name.contains("://") else { return self }
        var result = self
        result["dbname"] = nil
        for (keyword, value) in try Self.parse(name).values { result[keyword] = value }
        return result
    }

    /// Calls with the keywords and values as the NULL-terminated arrays that libpq takes.
    func withArrays<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        withCStrings(values.map(\.keyword)) { keywords in
            withCStrings(values.map(\.value)) { body(keywords, $0) }
        }
    }
}

/// Calls with texts as a NULL-terminated array of C strings; a nil text is a NULL in it.
func withCStrings<Result>(_ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
    var bytes: [CChar] = []
    var offsets: [Int?] = []
    for text in texts {
        offsets.append(text.map { _ in bytes.count })
        if let text {
            bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
    }
    return bytes.withUnsafeBufferPointer { bytes in
        var pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
            offset.flatMap { bytes.baseAddress?.advanced(by: $0) }
        }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { pointers in
            // An array with at least its NULL has a base address.
            guard let base = pointers.baseAddress else { return body(UnsafePointer(bitPattern: 8).unsafelyUnwrapped) }
            return body(base)
        }
    }
}
