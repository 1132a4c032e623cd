package import CommandLanguage

/// What is wrong in texts: the first errors, and how many there are. A file that is no script has one in each line.
package struct FaultList {
    private(set) var first: [Diagnostic] = []
    package private(set) var count = 0

    /// How many are kept: more than are shown, since they do not come quite in the order of their places.
    private static let mostKept = 1000

    package init(_ faults: [Diagnostic] = []) { append(faults) }

    package var isEmpty: Bool { count == 0 }

    mutating func append(_ fault: Diagnostic) {
        count += 1
        if first.count < Self.mostKept { first.append(fault) }
    }

    mutating func append(_ faults: [Diagnostic]) {
        for fault in faults { append(fault) }
    }

    /// Puts them in the order in which a person reads them; those of other files behind.
    mutating func sort() {
        let sorted = first.inReadingOrder
        count -= first.count - sorted.count
        first = sorted
    }
}

extension [Diagnostic] {
    /// File by file, each from its beginning; what is wrong in a file that is included more than once is told once.
    var inReadingOrder: [Diagnostic] {
        var order: [String: Int] = [:]
        for fault in self where order[fault.source.name] == nil { order[fault.source.name] = order.count }
        let sorted = sorted {
            (order[$0.source.name] ?? 0, $0.span.start) < (order[$1.source.name] ?? 0, $1.span.start)
        }
        return sorted.reduce(into: []) { faults, fault in
            if let last = faults.last, last.source.name == fault.source.name, last.span == fault.span,
                last.message == fault.message
            {
                return
            }
            faults.append(fault)
        }
    }
}

extension Output {
    /// How many errors of texts are shown one by one.
    private static let longestFaultList = 100

    /// Shows what is wrong in texts, and of very many errors the first, and how many more there are.
    package func faults(_ faults: FaultList) {
        for fault in faults.first.prefix(Self.longestFaultList) { message(fault.shownText) }
        let rest = faults.count - Self.longestFaultList
        if rest > 0 { message("error: and \(rest) more error\(rest == 1 ? "" : "s")") }
    }

    package func faults(_ faults: [Diagnostic]) { self.faults(FaultList(faults)) }
}
