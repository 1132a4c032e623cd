import Glibc

/// A time of the day, in the time zone of this machine: `06:30`.
package struct ClockTime: Sendable, Equatable {
    package let hour: Int
    package let minute: Int

    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute),
            !text.contains("+"), !text.contains("-")
        else { return nil }
        self.hour = hour
        self.minute = minute
    }

    /// How long it is until it is this time again: at most a day, or 25 hours when the clocks are put back.
    ///
    /// - Parameter now: in seconds since 1970.
    package func next(after now: Int) -> Duration {
        var start = time_t(now)
        var local = tm()
        localtime_r(&start, &local)
        local.tm_hour = Int32(hour)
        local.tm_min = Int32(minute)
        local.tm_sec = 0
        local.tm_isdst = -1
        var other = local
        let today = mktime(&local)
        if today > start { return .seconds(today - start) }
        other.tm_mday += 1
        return .seconds(mktime(&other) - start)
    }

    /// The same from now on.
    package var next: Duration { next(after: time(nil)) }
}
