import MultiNode
import Testing

/// Functions are called by their schema: a superuser's `check` must not run somebody else's function of that name, which
/// stands first in the search path of the database.
@Suite struct QualifiedFunctionTests {
    private static let server = Servers.version213
    private static let copying = ChunkCopying(row: ["operation": "op", "compressed": "c"])
    private static let statements: [SQL] = [
        Capabilities.query, DataNode.list, NodeState.query(expecting: NodeContents()), LostNode.list,
        RenamedServer.list, ClusterCounts.query(server), NodeFacts.query, InDoubtTransaction.list,
        InDoubtTransaction.logLengths, DatabaseRole.list, ChunkInventory.list, UnderReplication.list,
        SoleReplicas.list(on: []), StrayParts.query(besides: [], of: []), UnnotedRows.list, CompressedChunks.all,
        CompressedChunks.sum,
        UnnotedRows.query([]),
        RoleOmissions.query,
        LostChunk.list(on: "dn1", server), AggregatedTable.list(on: "dn1"), NameQueries.copies,
        ChunkCopying.list(), copying.looseTables(of: []), copying.isDroppedThere, copying.subscription, copying.slot,
        copying.slotDrop,
        TableInTheWay.query(TableName(schema: "s", name: "t")), UserMappings.list, NodeGrants.list, SharedTables.list,
        NodeMovingFacts.query, NodeMovingContents.query(chunks: [], parents: []), MovingCatalog.tables([]),
        MovingCatalog.statuses([]), SessionLimits.settingAside(process: 1)[0],
        SessionLimits.settingAside(process: 1)[1], SessionLimits.restoring([]),
        SessionLimits.endingOwnLimit(process: 1), SessionLimit.query(role: "r"), RetryInterval.query,
        RetryInterval.persist, RetryInterval.isLast,
        PlainHypertable.list([]), PlainDimension.list(of: []), MigrationServer.query(schemas: [], names: []),
        AggregateHistory.list(of: [], server), ChunkEstimate.list([]),
        PaceSample.Candidate(TableName(schema: "s", name: "t"), on: "dn1", bytes: 1).count,
        MigratedChunk.uncompared(ofCluster: "c"),
        SourceReading.count(
            SourceFacts(row: [
                "name": "t", "compressed_name": "z", "compressed_columns": "{_ts_meta_count}",
                "compressed_types": "{int4}",
            ])),
        UpdateFacts.query, UpdateFacts.loaderIsNewer, UpdateFacts.leads(from: "1", to: "2"),
        DependentView.list(of: TableName(schema: "s", name: "t"), isWhole: true),
        OldDependent.list(on: TableName(schema: "s", name: "t"), besides: Dependents()), Dependents().there,
        MadeThere.strangers(among: Dependents()),
        DependentAggregate.list(of: TableName(schema: "s", name: "t")),
        DependentPolicy.list(of: TableName(schema: "s", name: "t")),
        OwnedSequence.list(of: TableName(schema: "s", name: "t")),
        SequenceArrival.list(of: TableName(schema: "s", name: "t")),
        MissingValues.list(among: [TableName(schema: "s", name: "t")]), AllRows.ofSession,
        CutoverHold.holders(of: TableName(schema: "s", name: "t")), SwapGuard.oldTables,
        CutoverHold.waiting(for: TableName(schema: "s", name: "t")), CutoverHold.prepared,
        PlainHypertable.list([]), PlainDimension.list(of: []), MigrationServer.query(schemas: [], names: []),
        AggregateHistory.list(of: [], server), ChunkEstimate.list([]),
        CopyCall.query("o"), CopyCall.cancelling("o"), CopySubscription.query("o"),
        LockHolder.query(of: [TableName(schema: "s", name: "t")]),
        ChunkCopySQL.hasWaitingCopies(TableName(schema: "s", name: "t")),
        CopyBlock.query("o", chunk: "c", .table, subscription: 1),
    ]

    @Test func noneIsCalledByItsNameAlone() throws {
        let bare = #/(?:^|[^\w."'])([a-z_]+)\(/#
        // These are no functions, but words of SQL.
        let words: Set = [
            "exists", "in", "any", "all", "array", "coalesce", "greatest", "least", "extract", "cast", "values", "over",
            "filter", "as", "from", "select", "where", "and", "or", "lateral", "using", "on", "not", "case", "when",
            "then",
            "else", "by", "join", "nullif", "a", "k", "t", "n", "with", "overlay", "xmlforest", "row",
        ]
        for statement in Self.statements {
            let names = statement.text.matches(of: bare).map { String($0.output.1).lowercased() }
            #expect(Set(names).subtracting(words) == [], "\(statement.text)")
        }
    }
}
