/// Something that privileges are granted on, by the name that it has on the access node.
package enum GrantedObject: Sendable, Hashable {
    case schema(String)
    /// A distributed hypertable.
    case table(TableName)
    /// The tables that a role makes from now on, in one schema or in all.
    case newTables(of: String, in: String?)
}

extension GrantedObject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .schema(let name): "schema \(name)"
        case .table(let name): "\(name)"
        case .newTables(let role, let schema):
            "new tables of \(role)" + (schema.map { " in schema \($0)" } ?? "")
        }
    }
}
