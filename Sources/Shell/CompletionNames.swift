import CommandLanguage
import MultiNode
import Postgres
import Sandbox

extension Session {
    /// The names that completion offers; what can't be had quickly is left out.
    func completionNames() async -> NameSnapshot.Names {
        var names = NameSnapshot.Names()
        names.variables = variables.names
        names.sandboxNodes = target.sandbox?.nodes.map(\.name) ?? []
        guard let connection, await connection.isOpen, let capabilities, capabilities.refusal == nil,
            await connection.transactionStatus == .idle
        else { return names }
        func column(_ sql: SQL, _ name: String) async -> [String] {
            let result = try? await connection.execute(sql.text, sql.values, timeout: .milliseconds(500))
            return result?.records.compactMap { $0[name] ?? nil } ?? []
        }
        names.nodes = await column(DataNode.list(capabilities), "name")
        names.hypertables = await column(Hypertable.list(capabilities), "name")
        names.roles = await column(DatabaseRole.list, "role")
        return names
    }
}
