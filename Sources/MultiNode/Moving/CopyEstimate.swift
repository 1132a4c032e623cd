/// How long it takes to copy a chunk from node to node.
package enum CopyEstimate {
    /// What a slow disk copies, indexes and all, in a second.
    private static let bytesPerSecond = 20_000_000.0

    /// About as long as it takes.
    package static func time(_ bytes: Int64) -> Duration {
        .seconds(0.5 + Double(max(0, bytes)) / bytesPerSecond)
    }

    /// What a busy server reads and sums up in a second: 456 MB, 7.3 million rows, took 10 s at a load of 12 a core.
    private static let comparedBytesPerSecond = 50_000_000.0

    /// About as long as a busy server takes to tell all rows of a copy from others.
    package static func comparison(_ bytes: Int64) -> Duration {
        .seconds(Double(max(0, bytes)) / comparedBytesPerSecond)
    }

    /// What only a call that hangs takes.
    package static func limit(_ bytes: Int64) -> Duration { .seconds(3600) + time(bytes) * 20 }
}
