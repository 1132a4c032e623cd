extension Duration {
    /// A duration as it is written in commands: a number with `ms`, `s`, `m`, `h` or `d`.
    ///
    /// The unit is not left out: for one program a bare 5 is seconds, for another milliseconds or minutes. Only of 0 it
    /// does not matter.
    package init?(written text: String) { self.init(writtenInUTF8: text.utf8) }

    init?(writtenInUTF8 text: some Collection<UInt8>) {
        let point = UInt8(ascii: ".")
        let digits = text.prefix { isDigit($0) || $0 == point }
        guard let number = Double(decimal: digits) else { return nil }
        let unit = text[digits.endIndex...]
        guard let factor = number == 0 && unit.isEmpty ? 1 : Self.milliseconds(of: unit),
            number * factor <= 1_000_000_000_000
        else { return nil }
        self = .milliseconds(Int64((number * factor).rounded()))
    }

    /// The length of a unit of time.
    private static func milliseconds(of unit: some Collection<UInt8>) -> Double? {
        func isUnit(_ name: StaticString) -> Bool { name.withUTF8Buffer { unit.elementsEqual($0) } }
        if isUnit("s") { return 1000 }
        if isUnit("ms") { return 1 }
        if isUnit("m") { return 60_000 }
        if isUnit("h") { return 3_600_000 }
        return isUnit("d") ? 86_400_000 : nil
    }

    /// The check of an option that takes no shorter time.
    package static func check(_ option: String, atLeast least: Duration) -> ValueCheck {
        { Duration(written: $0).map { $0 < least } ?? false ? ("\(option) takes \(least.written) or more", nil) : nil }
    }

    /// As it is written in commands, in the largest unit that leaves nothing over: `90s`, `2m`, `1500ms`.
    package var written: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
        where milliseconds > 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    /// In words, in the largest unit that leaves nothing over: `5 minutes`, `1 hour`, `1.5 seconds`. A day is 24 hours,
    /// which where the clocks are changed it is not for PostgreSQL.
    package var inWords: String {
        let seconds = self / .seconds(1)
        for (unit, size) in [("hour", 3600.0), ("minute", 60)] where seconds >= size {
            let number = seconds / size
            if number == number.rounded() { return "\(Int64(number)) \(unit)\(number == 1 ? "" : "s")" }
        }
        if seconds == 1 { return "1 second" }
        return "\(seconds == seconds.rounded() ? String(Int64(seconds)) : String(seconds)) seconds"
    }
}

extension Double {
    /// A number of decimal digits, with a point or none.
    fileprivate init?(decimal text: some Collection<UInt8>) {
        var number = 0.0
        var divisor = 1.0
        var hasDigit = false
        var hasPoint = false
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard !hasPoint else { return nil }
                hasPoint = true
                continue
            }
            hasDigit = true
            // More digits than that change nothing.
            if divisor >= 1e18 { continue }
            number = number * 10 + Double(byte - UInt8(ascii: "0"))
            if hasPoint { divisor *= 10 }
        }
        guard hasDigit else { return nil }
        self = number / divisor
    }
}
