import Glibc
import Testing

@testable import Platform

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"), (1_714_563_900, 7_999_999, "2024-05-01T11:45:00.007Z"),
        (1_714_563_900, 999_999_999, "2024-05-01T11:45:00.999Z"),
    ])
    func inUTC(seconds: Int, nanoseconds: Int, text: String) {
        #expect(Timestamp(time: timespec(tv_sec: seconds, tv_nsec: nanoseconds)).rfc3339 == text)
    }

    @Test func ofTheTimeZoneOfTheProcess() {
        let now = Timestamp.now
        var (seconds, parts) = (time_t(0), tm())
        localtime_r(&seconds, &parts)
        let epoch = Timestamp(time: timespec(tv_sec: -parts.tm_gmtoff, tv_nsec: 0))
        #expect(epoch.local == "1970-01-01 00:00:00")
        #expect(now.local.utf8.count == epoch.local.utf8.count)
    }
}
