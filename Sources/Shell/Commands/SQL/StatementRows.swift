import ClusterAccess
import CommandLanguage
import MultiNode
import Platform
import Postgres
import Rendering

@LoopActor extension CommandContext {
    /// What writes the rows of a statement as they come; nil where all of them are there before the first is shown.
    ///
    /// - Parameters:
    ///   - node: the data node that they come from, whose name is shown in front of them.
    func rows(
        of sql: SQL, _ syntax: CommandSyntax, _ arguments: Arguments, from node: DataNode? = nil
    ) -> RowStream? {
        let format = settings.format
        let isWhole = format.isForPeople && (settings.isExact || arguments[SQLCommand.exact])
        guard format != .script, !isWhole else { return nil }
        // Whoever leaves the pager wants no more rows; what the statement does is another matter.
        let isPart = node == nil ? cluster.isInTransaction : false
        return RowStream(
            output, settings, of: syntax.name, leading: node.map { ("node", $0.name) },
            drains: isPart || !sql.onlyReads,
            arrays: format.hasArrays ? ArrayQuestions(cluster: cluster, node: node) : nil)
    }
}
