package import CommandLanguage
package import Rendering

/// The errors and warnings in texts: the first ones, and the number of all. A file that is no script has one in each line.
package struct FaultList {
    private(set) var first: [Diagnostic] = []
    /// They count as no errors.
    private(set) var warnings: [Diagnostic] = []
    package private(set) var count = 0

    /// The most errors that are kept: more than are shown, since they are not quite in the order of their places.
    private static let mostKept = 1000

    package init(_ faults: [Diagnostic] = []) { append(faults) }

    package var isEmpty: Bool { count == 0 }

    mutating func append(_ fault: Diagnostic) {
        count += 1
        if first.count < Self.mostKept { first.append(fault) }
    }

    mutating func append(warning: Diagnostic) {
        if warnings.count < Self.mostKept { warnings.append(warning) }
    }

    mutating func append(_ faults: [Diagnostic]) {
        for fault in faults { append(fault) }
    }

    /// Sorts the errors in reading order, file by file, and removes duplicates.
    mutating func sort() {
        let sorted = first.inReadingOrder
        count -= first.count - sorted.count
        first = sorted
    }
}

extension [Diagnostic] {
    /// Sorted file by file, each from its beginning. An error in a file that is included several times appears once.
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
    /// The most errors in texts that are shown.
    private static let longestFaultList = 100

    /// Shows the errors in texts; if there are very many, only the first and the number of the others.
    package func faults(_ faults: FaultList) {
        for warning in faults.warnings.inReadingOrder.prefix(Self.longestFaultList) {
            message(lines: warning.shownText)
        }
        for fault in faults.first.prefix(Self.longestFaultList) { message(lines: fault.shownText) }
        let rest = faults.count - Self.longestFaultList
        if rest > 0 { message("error: and \(rest.counted("more error"))") }
    }

    package func faults(_ faults: [Diagnostic]) { self.faults(FaultList(faults)) }

    /// Shows them to people, and the first to programs.
    package func faults(_ faults: FaultList, in format: OutputFormat) {
        Presentation(self, Settings(format)).show(faults)
    }

    /// Shows why nothing is run.
    package func refusal(_ failure: Failure, in format: OutputFormat) {
        Presentation(self, Settings(format)).show(failure, of: nil)
    }
}

extension Settings {
    fileprivate init(_ format: OutputFormat) {
        self.init()
        self.format = format
    }
}
