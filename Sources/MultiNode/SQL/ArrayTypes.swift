/// What arrays are made of whose type is none of PostgreSQL's own: arrays of enums, domains, composite types.
package enum ArrayTypes {
    /// The OID of `text[]`.
    private static let text: UInt32 = 1009

    /// Whether an OID is one of PostgreSQL's own types, whose OIDs are the same on all servers ("FirstGenbkiObjectId" in
    /// its `access/transam.h`).
    package static func isBuiltIn(_ oid: UInt32) -> Bool { oid < 10_000 }

    /// Asks for the arrays among types, in columns `oid` and `alike`: the array of PostgreSQL's own type that the elements
    /// are values of, of text where that is none.
    package static func query(_ oids: [UInt32]) -> SQL {
        """
        WITH RECURSIVE element (oid, base, typarray) AS (
            SELECT t.oid, e.typbasetype, e.typarray
              FROM pg_catalog.pg_type t
              JOIN pg_catalog.pg_type e ON e.oid = t.typelem
             WHERE t.oid = ANY (\(oids.map(String.init), type: "oid[]")) AND t.typcategory = 'A'
             UNION ALL
            SELECT element.oid, b.typbasetype, b.typarray
              FROM element
              JOIN pg_catalog.pg_type b ON b.oid = element.base
        )
        SELECT oid, typarray AS alike FROM element WHERE base = 0
        """
    }

    /// What each type is alike; one that is no array is only alike itself.
    package static func answer(_ rows: [[String?]], to oids: [UInt32]) -> [UInt32: UInt32] {
        var alike = Dictionary(oids.map { ($0, $0) }) { first, _ in first }
        for row in rows {
            let numbers = row.map { $0.flatMap { UInt32($0) } ?? 0 }
            guard numbers.count == 2 else { continue }
            alike[numbers[0]] = numbers[1] != 0 && isBuiltIn(numbers[1]) ? numbers[1] : text
        }
        return alike
    }
}
