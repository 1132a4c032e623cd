import Foundation
import Platform
import Testing

@Suite struct ClockTimeTests {
    @Test(arguments: ["06:30", "6:30", "00:00", "23:59"]) func timesOfTheDayAreRead(text: String) throws {
        let time = try #require(ClockTime(text))
        let parts = text.split(separator: ":").compactMap { Int($0) }
        #expect([time.hour, time.minute] == parts)
    }

    @Test(arguments: ["", ":", "24:00", "06:60", "6:3", "006:30", "06:30:00", "+6:30", "-6:30", "06-30", "noon"])
    func nothingElseIs(text: String) { #expect(ClockTime(text) == nil) }

    /// Whatever the time zone is.
    @Test func itIsTheNextTimeThatIsMeant() throws {
        let now = try #require(Calendar.current.date(bySettingHour: 12, minute: 0, second: 30, of: Date()))
        func next(_ text: String) throws -> Duration {
            try #require(ClockTime(text)).next(after: Int(now.timeIntervalSince1970))
        }
        #expect(try next("12:01") == .seconds(30))
        #expect(try next("13:00") == .seconds(3570))
        // Tomorrow, which may be an hour longer or shorter.
        #expect(abs(try next("12:00") / .seconds(1) - 86_370) <= 3600)
        #expect(try next("11:59") > .seconds(20 * 3600))
        let seconds = Int(now.timeIntervalSince1970)
        let passed = try ["11:59", "12:00", "12:01"].map { try #require(ClockTime($0)).hasPassed(at: seconds) }
        #expect(passed == [true, true, false])
    }
}
