import MultiNode
package import Postgres
package import Rendering

extension Table {
    /// A table of a statement's result, with values according to the types of the columns.
    ///
    /// - Parameter droppingBounds: whether an array with explicit bounds is one like any other, and not a text.
    package init(_ result: QueryResult, droppingBounds: Bool = false) {
        self.init(
            columns: result.columns.map { Column($0.name, PostgresType(oid: $0.typeOID).alignment) },
            rows: result.rows.map { row in
                zip(result.columns, row).map {
                    PostgresType(oid: $0.typeOID).value($1, droppingBounds: droppingBounds)
                }
            })
        marksNull = true
    }
}

/// How values of a PostgreSQL type are shown. The numbers are OIDs in the catalog `pg_type`.
enum PostgresType: Sendable {
    case bool, integer, number, text, json
    indirect case array(of: PostgresType)

    init(oid: UInt32) {
        switch oid {
        case 16: self = .bool
        case 114, 3802: self = .json
        case 20, 21, 23, 26, 28: self = .integer
        case 700, 701, 1700: self = .number
        case 1000: self = .array(of: .bool)
        case 1005, 1007, 1016, 1028: self = .array(of: .integer)
        case 1021, 1022, 1231: self = .array(of: .number)
        case 1002, 1003, 1009, 1014, 1015: self = .array(of: .text)
        // date, time, timestamp, interval, each with and without a zone.
        case 1182, 1183, 1270, 1115, 1185, 1187: self = .array(of: .text)
        // uuid, bytea, inet, cidr, macaddr, macaddr8, bit, varbit, money, xml, regclass, regtype, regproc, regrole, aclitem.
        case 2951, 1001, 1041, 651, 1040, 775, 1561, 1563, 791, 143, 2210, 2211, 1008, 4097, 1034:
            self = .array(of: .text)
        // The ranges of integer, bigint, numeric, date, timestamp and timestamptz.
        case 3905, 3927, 3907, 3913, 3909, 3911: self = .array(of: .text)
        case 199, 3807: self = .array(of: .json)
        default: self = .text
        }
    }

    var alignment: Table.Alignment {
        switch self {
        case .integer, .number: .right
        case .bool, .text, .json, .array: .left
        }
    }

    /// Whether it is one of booleans, which are not spelt as PostgreSQL writes them.
    var isArrayOfBooleans: Bool {
        if case .array(of: .bool) = self { true } else { false }
    }

    /// How the formats for programs take its bytes; nil where they have to be read first.
    var cellType: CellType? {
        switch self {
        case .bool: .bool
        case .integer, .number: .number
        case .text: .text
        case .json: .json
        case .array: nil
        }
    }

    func value(_ text: String?, droppingBounds: Bool = false) -> Value {
        guard let text else { return .null }
        switch self {
        case .bool: return .bool(text == "t")
        case .integer: return Int64(text).map { .integer($0) } ?? .text(text)
        case .number: return .number(text)
        case .text: return .text(text)
        case .json: return .json(text)
        case .array(let element):
            guard let elements = ArrayText.nested(text, droppingBounds: droppingBounds) else {
                // But for t, f and NULL there are no letters in it.
                return .text(
                    isArrayOfBooleans ? text.replacing("t", with: "true").replacing("f", with: "false") : text)
            }
            return element.array(elements)
        }
    }

    private func array(_ elements: [ArrayText.Element]) -> Value {
        .array(
            elements.map { element in
                switch element {
                case .value(let text): value(text)
                case .array(let elements): array(elements)
                }
            })
    }
}
