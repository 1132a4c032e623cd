extension Duration {
    /// The time of an interval as PostgreSQL prints it: `1 day 02:03:04.5`. A month counts 30 days and a year twelve months,
    /// as where PostgreSQL itself compares intervals (PostgreSQL manual, 8.5.4).
    init?(interval text: String) {
        var words = text.split(separator: " ")[...]
        var seconds: Int64 = 0
        var microseconds: Int64 = 0
        var isFound = false
        while words.count >= 2, let number = Int64(words[words.startIndex]),
            let unit = Self.secondsOfUnit[words[words.startIndex + 1]]
        {
            let (product, isTooLong) = number.multipliedReportingOverflow(by: unit)
            guard !isTooLong, abs(product) < 1 << 50 else { return nil }
            seconds += product
            (words, isFound) = (words.dropFirst(2), true)
        }
        if let clock = words.first {
            guard words.count == 1, let time = Self.microseconds(clock) else { return nil }
            (microseconds, isFound) = (time, true)
        }
        guard isFound else { return nil }
        self = .seconds(seconds) + .microseconds(microseconds)
    }

    private static let secondsOfUnit: [Substring: Int64] = [
        "day": 86_400, "days": 86_400, "mon": 2_592_000, "mons": 2_592_000, "year": 31_104_000, "years": 31_104_000,
    ]

    /// `-02:03:04.5`.
    private static func microseconds(_ text: Substring) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let parts = (isNegative || text.hasPrefix("+") ? text.dropFirst() : text).split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.first.map(isDigit) ?? false }),
            let hours = Int64(parts[0]), hours < 1 << 30, let minutes = Int64(parts[1]), minutes < 60,
            let seconds = Double(parts[2]), seconds < 61
        else { return nil }
        let time = (hours * 3600 + minutes * 60) * 1_000_000 + Int64((seconds * 1_000_000).rounded())
        return isNegative ? -time : time
    }
}
