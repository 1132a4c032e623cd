import CommandLanguage
import MultiNode
import Operations
import Rendering

/// What `migrate plan` tells.
struct MigrationPlanReport {
    let facts: MigrationFacts
    let findings: [MigrationFinding]
    /// What is on its way already, a line each.
    let begun: [String]
    private let extents: [MigrationFacts.Extent]
    /// Whether all copies of each chunk are compared before anything is done.
    private let comparesCopies: Bool
    /// Whether each table gets its place by a cut-over of its own.
    private let isCutOver: Bool

    /// - Parameter findings: nil for those of making the tables anew.
    init(_ facts: MigrationFacts, _ findings: [MigrationFinding]? = nil, begun: [String] = []) {
        self.facts = facts
        self.begun = begun
        comparesCopies = findings != nil
        isCutOver = findings == nil
        self.findings = findings ?? MigrationCheck(facts).findings
        extents = facts.definitions.map { facts.extent(of: $0) }
    }

    var errors: [MigrationFinding] { findings.filter { $0.severity == .error } }

    /// A row for each hypertable, and one for each finding.
    var table: Table {
        let tables = zip(facts.definitions, extents).map { definition, extent -> [Value] in
            let known: [Value] = [
                .text("table"), .text(definition.source.shownName),
                .text(facts.naming.table(definition.source).shownName), .integer(Int64(extent.chunks)),
                extent.uncounted > 0 && extent.uncounted == extent.chunks ? .null : .integer(extent.rows),
                .integer(extent.bytes), .integer(Int64(extent.compressed)), .integer(Int64(extent.replicas)),
                .integer(Int64(facts.pace.minutes(for: extent.bytes))),
            ]
            let wait: Value = pause(of: definition).map { .integer(Int64($0)) } ?? .null
            return known + Array(repeating: .null, count: 5) + [wait]
        }
        let found = findings.map { finding -> [Value] in
            [.text("finding")] + Array(repeating: .null, count: 8) + [
                .text(finding.severity.rawValue), .text(finding.name.rawValue), .text(finding.subject),
                .text(finding.text), .text(finding.remedy), .null,
            ]
        }
        return Table(columns: MigratePlanCommand.columns, rows: tables + found)
    }

    /// Line ends in it are its own.
    var text: [String] {
        let lines = zip(facts.definitions, extents).map(line)
        return (begun + lines + copies).map(printable) + findings.map(Self.line)
    }

    /// What is to be known of tables whose chunks have several copies: to compare them takes reading all of them.
    private var copies: [String] {
        if comparesCopies { return [] }
        let names = zip(facts.definitions, extents).filter { $1.replicas > 1 && $1.chunks > 0 }.map(\.0.source)
        guard !names.isEmpty else { return [] }
        let words = names.map { Quoting.word($0.shownName) }.joined(separator: " ")
        return [
            "of several copies that is taken which the access node reads; whether they differ tells: chunk verify \(words)"
        ]
    }

    /// In milliseconds; nil where nothing is cut over.
    private func pause(of definition: PlainHypertable) -> Int? {
        isCutOver ? facts.pause(of: definition).milliseconds : nil
    }

    private func line(_ definition: PlainHypertable, _ extent: MigrationFacts.Extent) -> String {
        guard extent.chunks > 0 else { return "\(definition.source.shownName): no chunks" }
        let compressed = extent.compressed == 0 ? "" : ", \(extent.compressed) compressed"
        let copies = extent.replicas > 1 ? ", with \(extent.replicas) copies each" : ""
        let uncounted =
            extent.uncounted == 0
            ? ""
            : ", and those of \(extent.uncounted.counted("chunk")) that \(extent.uncounted == 1 ? "was" : "were") never analyzed"
        let rows = extent.uncounted == extent.chunks ? "rows never counted" : "about \(extent.rows) rows\(uncounted)"
        let wait =
            pause(of: definition).map {
                "; at the cut-over writers wait about \(Duration.milliseconds(max(100, $0)).inSeconds), as long as they write to the newest chunks alone"
            } ?? ""
        return "\(definition.source.shownName): \(extent.chunks.counted("chunk"))\(compressed)\(copies); \(rows); "
            + "\(ByteCount.text(extent.bytes)); estimated \(max(1, facts.pace.minutes(for: extent.bytes)).counted("minute")) (\(facts.pace.basis))\(wait)"
    }

    static func line(_ finding: MigrationFinding) -> String {
        let name = finding.severity == .warning ? " (\(finding.name.rawValue))" : ""
        let help: Message = finding.remedy.isEmpty ? "" : "\n  help: \(lines: finding.remedy)"
        let message: Message = "\(finding.severity.rawValue): \(finding.subject): \(finding.text)\(name)\(help)"
        return message.text
    }
}
