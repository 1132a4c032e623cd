/// The timeout of poll(2) for a deadline.
package enum PollTimeout {
    /// Milliseconds from now to `deadline`, rounded up so that poll(2) does not return before it; -1, for ever,
    /// without a deadline.
    package static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        return milliseconds(in: ContinuousClock.now.duration(to: deadline))
    }

    /// At most what poll(2) takes, which is 24 days; 0 for less than nothing.
    package static func milliseconds(in duration: Duration) -> Int32 {
        guard duration > .zero else { return 0 }
        let (seconds, attoseconds) = duration.components
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let whole = seconds.multipliedReportingOverflow(by: 1000)
        let part = (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond
        let sum = whole.partialValue.addingReportingOverflow(part)
        guard !whole.overflow, !sum.overflow else { return Int32.max }
        return Int32(clamping: sum.partialValue)
    }
}
