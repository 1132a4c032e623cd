/// How far an operation is, as lines to show while it runs: one for each thing in hand, and one for the whole.
///
/// This is a pure model: the caller decides where and when to write the lines, see ``redraw(_:over:)``.
package struct OperationLines: Sendable {
    /// A thing in hand.
    package struct Item: Sendable {
        let name: String
        let fraction: Double?
        let waitsFor: String?

        /// - Parameters:
        ///   - fraction: how much of it is done, from 0 to 1; nil if that is not known.
        ///   - waitsFor: what it waits for.
        package init(_ name: String, fraction: Double? = nil, waitsFor: String? = nil) {
            self.name = printable(name)
            self.fraction = fraction
            self.waitsFor = waitsFor.map(printable)
        }
    }

    private let inHand: [Item]
    private let done: Int
    private let failed: Int
    private let passedOver: Int
    private let total: Int
    private let fraction: Double
    private let timeLeft: Duration?
    private let amount: String?
    private let standstill: String?

    /// - Parameters:
    ///   - passedOver: how many are not begun, because of what others had found.
    ///   - fraction: how much of the whole is behind us, from 0 to 1.
    ///   - timeLeft: nil while it is too early to tell.
    ///   - amount: how much is behind us: `34 MB of 108 MB, 25 MB/s`.
    ///   - standstill: why nothing has got on for a while.
    package init(
        inHand: [Item], done: Int, failed: Int, passedOver: Int = 0, total: Int, fraction: Double,
        timeLeft: Duration? = nil, amount: String? = nil, standstill: String? = nil
    ) {
        self.standstill = standstill.map(printable)
        self.inHand = inHand
        self.done = done
        self.failed = failed
        self.passedOver = passedOver
        self.total = total
        self.fraction = fraction
        self.timeLeft = timeLeft
        self.amount = amount
    }

    /// The whole in one line, for output that is no terminal: `12 of 40 done, 3 in hand, 1 failed; 30 %, 2 min left`; `…, 1 failed, 5 not begun; …`.
    package var summary: String {
        var text = "\(done) of \(total) done"
        if !inHand.isEmpty { text += ", \(inHand.count) in hand" }
        if failed > 0 { text += ", \(failed) failed" }
        if passedOver > 0 { text += ", \(passedOver) not begun" }
        text += "; \(Self.percent(fraction))"
        if let amount { text += ", \(amount)" }
        if let timeLeft { text += ", \(roughTime(timeLeft)) left" }
        return text
    }

    /// The same with what holds it up: `…; m waits for a lock, and 2 more wait`.
    package var summaryWithWaits: String {
        let waiting = inHand.filter { $0.waitsFor != nil }
        let reason = standstill.map { "; \($0)" } ?? ""
        guard let first = waiting.first, let what = first.waitsFor else { return summary + reason }
        let others = waiting.count > 1 ? ", and \(waiting.count - 1) more wait" : ""
        return "\(summary); \(first.name) waits for \(what)\(others)\(reason)"
    }

    /// The lines to show on a terminal of `width` columns and `height` lines, none of them wider than the terminal.
    ///
    /// The line for the whole comes last. The things in hand that don't fit above it are only counted.
    package func render(width: Int, height: Int, color: Bool = false, lines: LineDrawing = .ascii) -> [String] {
        // The cursor rests on a line of its own.
        let room = max(0, height - 2)
        let shown = inHand.count <= room ? inHand[...] : inHand.prefix(max(0, room - 1))
        let names = shown.reduce(0) { max($0, displayWidth(of: $1.name)) }
        var text = shown.map { item in
            let gap = String(repeating: " ", count: names - displayWidth(of: item.name) + 2)
            return styledLine([(item.name + gap, nil)] + item.state(lines), width: width, color: color, lines)
        }
        if shown.count < inHand.count, room > 0 {
            text.append(
                truncated("and \(inHand.count - shown.count) more", to: max(0, width), ellipsis: lines.ellipsis))
        }
        return text + [whole(width: width, lines)]
    }

    private func whole(width: Int, _ lines: LineDrawing) -> String {
        let text = summary
        let barWidth = min(30, width - text.count - 3)
        guard barWidth >= 5 else { return truncated(text, to: max(0, width), ellipsis: lines.ellipsis) }
        return "[\(bar(fraction: fraction, width: barWidth, lines: lines))] \(text)"
    }

    /// Rounded down, so that only what is finished shows 100 %.
    fileprivate static func percent(_ fraction: Double) -> String {
        "\(fraction.isNaN ? 0 : Int(min(max(fraction, 0), 1) * 100)) %"
    }
}

extension OperationLines.Item {
    /// The text behind the name.
    fileprivate func state(_ lines: LineDrawing) -> [(text: String, style: CellStyle?)] {
        var parts: [(text: String, style: CellStyle?)] = []
        if let fraction {
            let percent = OperationLines.percent(fraction)
            let gap = String(repeating: " ", count: max(1, 6 - percent.count))
            parts.append(("[\(bar(fraction: fraction, width: 20, lines: lines))]\(gap)\(percent)", nil))
        }
        if let waitsFor {
            if fraction != nil { parts.append(("  ", nil)) }
            parts.append(("waits for \(waitsFor)", .warn))
        }
        return parts.isEmpty ? [("running", nil)] : parts
    }
}
