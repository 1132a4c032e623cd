import Platform
import Postgres
import Rendering

/// Writes an object of JSON for each step of an operation as it ends, each on a line of its own: what may take hours is not to
/// be silent until its end.
///
/// `{"v":1,"command":"node drain","step":{"action":"move","chunk":…,"state":"moved",…}}`
final class StepObjects: Sendable {
    /// How much longer than the command a reader that is slow may take, where the command is cancelled.
    private static let grace: Duration = .seconds(1)

    private let output: Output
    private let command: String
    private let isQuiet: Bool
    /// The names of the fields, and the numbers of their columns.
    private let fields: [(name: String, column: Int)]
    private let lines: AsyncStream<[UInt8]>.Continuation
    private let writer: Task<Void, Never>

    /// Nil where the format has no objects for it.
    init?(_ columns: [Table.Column], of command: String, _ context: CommandContext) {
        let (settings, output) = (context.settings, context.output)
        guard settings.format.hasArrays else { return nil }
        self.output = output
        self.command = command
        isQuiet = settings.isQuiet
        let chosen = (try? settings.chosen(of: columns)) ?? Array(columns.indices)
        fields = chosen.map { (columns[$0].name, $0) }
        let (lines, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        self.lines = continuation
        // The steps wait for no reader, who may be slow.
        writer = Task(executorPreference: EventLoop.shared) {
            for await line in lines where !output.isBroken {
                var written = 0
                if await output.write(line, written: &written, until: nil) == .cancelled {
                    output.rest(Array(line[written...]))
                }
            }
        }
    }

    /// - Parameters:
    ///   - row: the values of all columns.
    ///   - isComplete: whether nothing of the step is left to do, which is not told where only errors are.
    func write(_ row: [Value], isComplete: Bool) {
        if isQuiet, isComplete { return }
        let step = fields.map { JSON.Member($0.name, $0.column < row.count ? json(row[$0.column]) : .null) }
        let text = JSON.object(Presentation.origin(command) + [JSON.Member("step", .object(step))]).text
        // What shows how far it is on the same terminal has to step aside.
        if output.dataTerminal != nil { return output.dataAbove(text) }
        lines.yield(Array((text + "\n").utf8))
    }

    /// A server's message may repeat a statement, and a password in it.
    private func json(_ value: Value) -> JSON {
        if case .text(let text) = value { .string(output.hiding(text)) } else { value.json }
    }

    /// Waits until all is written, so that what comes next comes behind it.
    func end() async {
        lines.finish()
        await withTaskCancellationHandler {
            await writer.value
        } onCancel: { [writer] in
            Task(executorPreference: EventLoop.shared) {
                try? await EventLoop.shared.sleep(until: .now.advanced(by: Self.grace))
                writer.cancel()
            }
        }
    }
}
