/// What a continuous aggregate has materialized since the cut-over that nothing can make again, as the raw rows are gone.
package struct WrittenAggregate: Sendable, Equatable {
    /// Over the new table.
    package let new: AggregateBuckets
    /// Over the old one; in place only, as no other server has both.
    package let old: AggregateBuckets
    /// Where the buckets begin that it has otherwise than the old one, or that this one has not.
    package let buckets: [Int]
    /// Those of them that the old one has, too.
    package let replaced: [Int]
    /// Those of them that are gone.
    package let gone: [Int]
    /// How many rows these are.
    package let rows: Int

    package init(
        new: AggregateBuckets, old: AggregateBuckets, buckets: [Int], replaced: [Int], gone: [Int], rows: Int
    ) {
        (self.new, self.old, self.buckets, self.replaced) = (new, old, buckets, replaced)
        (self.gone, self.rows) = (gone, rows)
    }

    /// Puts into the old one what the new one has: behind the raw rows, so that both tables are the same then.
    ///
    /// - Parameter nodes: of the old table.
    package func copyBack(on nodes: [String], _ capabilities: Capabilities) -> [SQL] {
        let keeping = old.keeping(gone, capabilities)
        return old.take(buckets, replacing: replaced, from: new, capabilities) + [
            old.showing(capabilities), keeping,
        ] + (nodes.isEmpty ? [] : [DistributedExec.call(keeping, on: nodes, capabilities)])
    }
}
