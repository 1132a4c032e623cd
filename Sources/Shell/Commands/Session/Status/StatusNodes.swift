import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

/// The lines of `status` for the nodes: state, latency, size as a number, on a terminal as a bar, too, and chunks.
struct StatusNodes {
    private let shown: [Probe]
    private let others: [Probe]
    private let counts: ClusterCounts
    private let accessNode: Capabilities
    private let largest: Int64

    /// - Parameter most: how many lines there may be; of more nodes the worst are shown, and a line counts the others.
    init(_ probes: [Probe], _ counts: ClusterCounts, beside accessNode: Capabilities, atMost most: Int) {
        self.counts = counts
        self.accessNode = accessNode
        largest = probes.compactMap(\.bytes).max() ?? 0
        guard probes.count > most else {
            (shown, others) = (probes, [])
            return
        }
        let worst = probes.enumerated().sorted { first, second in
            let (one, other) = (Self.badness(first.element), Self.badness(second.element))
            return one == other ? first.offset < second.offset : one > other
        }.map(\.element)
        (shown, others) = (Array(worst.prefix(most - 1)), Array(worst.dropFirst(most - 1)))
    }

    private static func badness(_ probe: Probe) -> Int {
        if probe.nodeState != .up { return 4 }
        if !probe.node.isAvailable { return 3 }
        if probe.twin != nil || probe.isInRecovery == true { return 2 }
        return probe.inDoubt ?? 0 > 0 ? 1 : 0
    }

    private static let (latency, size, chunks) = (8, 9, 8)
    /// Where no terminal is, what it shows is in the number.
    private static let widestBar = 12
    /// What a server's refusal of a connection begins with, as libpq shows it.
    private static let fatal = "FATAL:  "

    /// - Parameter width: of the terminal; nil where there is none.
    func lines(width: Int?, color: Bool) -> [String] {
        let bar = width == nil ? 0 : 1 + Self.widestBar
        let width = width ?? .max
        let names = min(24, max(4, shown.map { displayWidth(of: printable($0.node.name)) }.max() ?? 0))
        let heading =
            "node".padding(to: names + 2) + "state".padding(to: 11) + "ms".padding(from: Self.latency)
            + "size".padding(from: Self.size + 2).padding(to: Self.size + 2 + bar)
            + "chunks".padding(from: Self.chunks)
        var lines = [styledLine([(heading, .dim)], width: width, color: color)]
        for probe in shown { lines.append(line(probe, names, bar: bar, width: width, color: color)) }
        if !others.isEmpty {
            let up = others.count { $0.nodeState == .up }
            let rest = up == others.count ? "up" : "\(up) up, \(others.count - up) not"
            lines.append(styledLine([("and \(others.count) others: \(rest)", nil)], width: width, color: color))
        }
        return lines
    }

    /// - Parameter bar: how wide the bar is, with the blank before it; 0 for none.
    private func line(_ probe: Probe, _ names: Int, bar: Int, width: Int, color: Bool) -> String {
        let name = truncated(printable(probe.node.name), to: names).padding(to: names + 2)
        let isUp = probe.nodeState == .up
        let state = isUp && !probe.node.isAvailable ? "unavailable" : probe.nodeState.rawValue
        let style = isUp && !probe.node.isAvailable ? CellStyle.warn : CellStyle(state: state)
        let count = counts.nodeChunks[probe.node.name] ?? 0
        let chunks = String(count).padding(from: Self.chunks)
        let notes = notes(probe)
        // Of a node that is not up there is nothing to be measured, and why is worth the room; where nothing is cut, all of that
        // stands behind.
        let room = Self.latency + 2 + Self.size + bar
        let isWithin = !isUp && width < .max
        // That a refusal is one is in the state already.
        let reason = notes.hasPrefix(Self.fatal) ? String(notes.dropFirst(Self.fatal.count)) : notes
        let within = isWithin ? "  " + truncated(reason, to: room - 2) : ""
        let middle = isUp ? measured(probe, bar: bar) : within.padding(to: room)
        let behind = isWithin || notes.isEmpty ? "" : "  " + notes
        let parts: [(String, CellStyle?)] = [
            (name, nil), (state, style), (String(repeating: " ", count: max(0, 11 - state.count)), nil), (middle, nil),
            (chunks, nil), (behind, nil),
        ]
        return styledLine(parts.map { (text: $0.0, style: $0.1) }, width: width, color: color)
    }

    private func measured(_ probe: Probe, bar: Int) -> String {
        let size = probe.bytes.map { ByteCount.text($0) } ?? ""
        let fraction = largest > 0 ? Double(probe.bytes ?? 0) / Double(largest) : 0
        let numbers = JSON.rounded(probe.milliseconds).padding(from: Self.latency) + size.padding(from: Self.size + 2)
        guard bar > 0 else { return numbers }
        // Where there is something, something is seen.
        let filled = (probe.bytes ?? 0) == 0 ? 0 : max(1, Int(fraction * Double(Self.widestBar)))
        return numbers + " " + String(repeating: "#", count: filled).padding(to: Self.widestBar)
    }

    /// What else is to be known of a node.
    private func notes(_ probe: Probe) -> String {
        var notes: [String] = []
        if probe.nodeState != .up, !probe.node.isAvailable { notes.append("marked unavailable") }
        if probe.isInRecovery == true { notes.append("in recovery") }
        if let version = probe.version, !accessNode.accepts(dataNodeVersion: version) {
            notes.append("\(version) does not fit")
        }
        if let other = probe.serverVersion.flatMap(accessNode.otherPostgreSQL) { notes.append("PostgreSQL \(other)") }
        if let remark = probe.remark { notes.append(remark) }
        return printable(notes.joined(separator: ", "))
    }
}
