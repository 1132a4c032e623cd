/// The lines that show, while a command runs, what it does on each node.
///
/// This is a pure model: the caller decides where and when to write the lines, see ``redraw(_:over:)``.
package struct ProgressLines: Sendable {
    package enum State: Sendable, Equatable {
        case waiting
        case running
        /// With a message, which may be empty.
        case done(String)
        /// With the reason.
        case failed(String)
    }

    private var nodes: [(name: String, state: State)]
    private let positions: [String: Int]
    /// What is said of nodes that are running, by position.
    private var notes: [Int: String] = [:]

    /// All nodes, waiting, in the order in which they are shown.
    package init(nodes: [String]) {
        self.nodes = nodes.map { (printable($0), .waiting) }
        positions = Dictionary(nodes.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// Sets the state of `node`. An unknown name changes nothing.
    package mutating func update(node: String, state: State) {
        if let position = positions[node] { nodes[position].state = state }
    }

    /// Says something of a node as long as it is running, such as for how long it has been.
    package mutating func note(node: String, _ text: String) {
        if let position = positions[node] { notes[position] = text }
    }

    /// The most nodes with a line each; more are summed up in one line, whatever the height of the terminal.
    private static let mostLines = 200

    /// The lines to show on a terminal of `width` columns and `height` lines, none of them wider than the terminal.
    ///
    /// There is one line for each node; or one for all if they are more than 200, or more than fit above the cursor.
    package func render(width: Int, height: Int, color: Bool = false, lines: LineDrawing = .ascii) -> [String] {
        guard nodes.count <= min(height - 1, ProgressLines.mostLines) else {
            return [summary(width: width, lines)]
        }
        let names = nodes.reduce(0) { max($0, displayWidth(of: $1.name)) }
        return nodes.enumerated().map { position, node in
            let gap = String(repeating: " ", count: names - displayWidth(of: node.name) + 2)
            var (word, message, style) = node.state.words
            if case .running = node.state, let note = notes[position] { message = "  " + printable(note) }
            return styledLine(
                [(node.name + gap, nil), (word, style), (message, nil)], width: width, color: color, lines)
        }
    }

    private func summary(width: Int, _ lines: LineDrawing) -> String {
        var done = 0
        var failed = 0
        var running = 0
        for node in nodes {
            switch node.state {
            case .waiting: break
            case .running: running += 1
            case .done: done += 1
            case .failed: failed += 1
            }
        }
        var text = "\(done + failed) of \(nodes.count) nodes"
        if running > 0 { text += ", \(running) running" }
        if failed > 0 { text += ", \(failed) failed" }
        let barWidth = min(30, width - text.count - 3)
        guard barWidth >= 5 else { return truncated(text, to: max(0, width), ellipsis: lines.ellipsis) }
        let fraction = nodes.isEmpty ? 1 : Double(done + failed) / Double(nodes.count)
        return "[\(bar(fraction: fraction, width: barWidth, lines: lines))] \(text)"
    }
}

extension ProgressLines.State {
    /// The word for the state, the message after it, and the colour of the word.
    fileprivate var words: (word: String, message: String, style: CellStyle?) {
        switch self {
        case .waiting: ("waiting", "", nil)
        case .running: ("running", "", nil)
        case .done(let message): ("done", message.isEmpty ? "" : "  " + printable(message), .good)
        case .failed(let message): ("failed", message.isEmpty ? "" : "  " + printable(message), .bad)
        }
    }
}

/// The text that makes a terminal show `lines` in place of the `previous` lines shown before.
///
/// Before and after, the cursor is on the line below them. Each line is erased before it is written, because erasing to
/// the right of a line that fills the whole width would remove its last character. ECMA-48: CUU, EL and ED.
package func redraw(_ lines: [String], over previous: Int) -> String {
    var output = previous > 0 ? "\u{1B}[\(previous)A" : ""
    for line in lines { output += "\r\u{1B}[2K\(line)\n" }
    return output + "\r\u{1B}[J"
}
