import CommandLanguage
import MultiNode
import Postgres
import Rendering

extension Session {
    /// The distributed hypertables.
    func hypertables() async throws(Failure) -> [Hypertable] {
        let (connection, capabilities) = try await cluster()
        return try await send(Hypertable.list(capabilities), on: connection).records.map { Hypertable(row: $0) }
    }

    /// What an operation needs, or why this cluster can't do it.
    func plan(_ make: () throws(MultiNodeError) -> Plan) throws(Failure) -> Plan {
        do throws(MultiNodeError) {
            return try make()
        } catch {
            throw Failure(error.message, remedy: error.help)
        }
    }
}

extension TableName {
    /// As it is shown: without the schema that everybody means.
    var shownName: String { schema == "public" ? name : description }

    /// Whether a name that was written, perhaps without its schema, is this one's.
    func isNamed(_ other: TableName) -> Bool {
        name == other.name && (schema ?? "public") == (other.schema ?? "public")
    }
}
