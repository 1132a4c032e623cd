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
        let today = onDay(of: now)
        return .seconds((today > now ? today : onDay(of: now, later: 1)) - now)
    }

    /// Whether it has been this time already on that day.
    ///
    /// - Parameter now: in seconds since 1970.
    package func hasPassed(at now: Int) -> Bool { onDay(of: now) <= now }

    /// This time on the day of another, in seconds since 1970.
    private func onDay(of now: Int, later days: Int32 = 0) -> Int {
        var start = time_t(now)
        var local = tm()
        localtime_r(&start, &local)
        (local.tm_hour, local.tm_min, local.tm_sec) = (Int32(hour), Int32(minute), 0)
        local.tm_mday += days
        local.tm_isdst = -1
        return mktime(&local)
    }

    /// When it is this time again, seen from an instant of this process.
    package func next(after start: ContinuousClock.Instant) -> ContinuousClock.Instant {
        start + next(after: Self.seconds(at: start))
    }

    /// Whether it had been this time already on the day of an instant.
    package func hasPassed(at start: ContinuousClock.Instant) -> Bool { hasPassed(at: Self.seconds(at: start)) }

    private static func seconds(at start: ContinuousClock.Instant) -> Int {
        time(nil) - Int(start.duration(to: .now) / .seconds(1))
    }
}
