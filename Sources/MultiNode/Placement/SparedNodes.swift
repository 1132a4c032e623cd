/// Nodes that are given nothing, be they attached or not.
package struct SparedNodes: Sendable, Equatable {
    /// Those whose disks are full.
    package var full: Set<String>
    /// Those that lack rows to which foreign keys of hypertables refer, by the hypertables' numbers: of these they are given
    /// nothing.
    package var lacking: [Int: Set<String>]

    /// The numbers of the chunks with which the command was done before it was planned anew, where it names them itself.
    package var done: Set<Int>

    package init(full: Set<String> = [], lacking: [Int: Set<String>] = [:], done: Set<Int> = []) {
        (self.full, self.lacking, self.done) = (full, lacking, done)
    }

    package var isEmpty: Bool { full.isEmpty && lacking.isEmpty }

    /// Those that are given no chunks of a hypertable.
    package func nodes(of table: Int) -> Set<String> { full.union(lacking[table] ?? []) }
}
