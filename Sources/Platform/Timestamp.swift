import Glibc

/// A moment as people and logs write it.
package struct Timestamp: Sendable {
    private let time: timespec

    package static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(time: time)
    }

    init(time: timespec) {
        self.time = time
    }

    /// In the time zone of the process, as `2024-05-01 13:45:00`.
    package var local: String {
        var (seconds, parts) = (time.tv_sec, tm())
        localtime_r(&seconds, &parts)
        return text("%Y-%m-%d %H:%M:%S", parts)
    }

    /// In UTC with milliseconds, as RFC 3339 has it: `2024-05-01T11:45:00.000Z`.
    package var rfc3339: String {
        var (seconds, parts) = (time.tv_sec, tm())
        gmtime_r(&seconds, &parts)
        let milliseconds = String(time.tv_nsec / 1_000_000 + 1000).dropFirst()
        return text("%Y-%m-%dT%H:%M:%S.", parts) + milliseconds + "Z"
    }

    private func text(_ format: String, _ parts: tm) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            var parts = parts
            return strftime(start, buffer.count, format, &parts) > 0 ? String(cString: start) : ""
        }
    }
}
