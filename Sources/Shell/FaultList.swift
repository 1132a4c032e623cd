package import CommandLanguage

extension Output {
    /// How many errors of texts are shown one by one: a file that is no script has one in each of its lines.
    private static let longestFaultList = 100

    /// Shows what is wrong in texts, and of very many errors the first, and how many more there are.
    package func faults(_ faults: [Diagnostic]) {
        for fault in faults.prefix(Self.longestFaultList) { message(fault.shownText) }
        let rest = faults.count - Self.longestFaultList
        if rest > 0 { message("error: and \(rest) more error\(rest == 1 ? "" : "s")") }
    }
}
