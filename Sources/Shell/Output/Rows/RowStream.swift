import ClusterAccess
import Platform
import Postgres
import Rendering

/// Writes rows as they come, in the format of the settings and in constant memory: those of a statement, from the bytes that
/// the server sends, and those of a listing.
///
/// A table for people is measured by its first rows; as long as there are no more, they are kept for whoever lays them out.
final class RowStream: RowTaker {
    /// How many rows of a table are measured before the first of them is written.
    static let measured = 1000
    /// How much longer than its time an answer that was broken off may take to be written.
    private static let grace: Duration = .seconds(1)
    /// How many bytes are written at once.
    private static let pieceSize = 64 << 10

    private let output: Output
    private let settings: Settings
    private let command: String
    /// A column in front of those of the statement, which has the same value in each row.
    private let leading: (name: String, value: String)?
    /// Whether rows that nobody wants are received all the same: to cancel their statement would undo what it did.
    private let drains: Bool
    /// What knows the arrays that are not PostgreSQL's own; nil where no array is told from a text.
    private let arrays: ArrayQuestions?
    private let state: Lock<RowStreamState>

    /// - Parameters:
    ///   - command: the name of what has these rows.
    ///   - isPaged: whether a pager may show a table.
    init(
        _ output: Output, _ settings: Settings, of command: String, isPaged: Bool = true,
        leading: (name: String, value: String)? = nil, drains: Bool = false, arrays: ArrayQuestions? = nil
    ) {
        self.output = output
        self.settings = settings
        self.command = command
        self.leading = leading
        self.drains = drains || settings.isQuiet
        self.arrays = arrays
        var state = RowStreamState()
        state.isUnwanted = settings.isQuiet
        state.wantsPager = isPaged && settings.usesPager && settings.format.isForPeople
        self.state = Lock(state)
    }

    /// What is told where the statement was ended because its rows are not taken; nil where it failed by itself.
    var ending: Result<Outcome, Failure>? {
        let (refusal, hasLostReader) = state.withLock { ($0.refusal, $0.hasLostReader) }
        if let refusal { return .failure(refusal) }
        return hasLostReader && !drains ? .success(.nothing) : nil
    }

    // MARK: The rows of a statement

    func begin(_ columns: [QueryResult.Column]) {
        var shown = columns.map { Table.Column($0.name, PostgresType(oid: $0.typeOID).alignment) }
        if let leading { shown.insert(Table.Column(leading.name), at: 0) }
        let sources = sources(of: columns)
        let unknown = arrays?.unknown(columns) ?? []
        do throws(Failure) {
            let chosen = try settings.chosen(of: shown) ?? Array(shown.indices)
            let style = settings.format.isForPeople ? settings.tableStyle(output) : nil
            begin(Table(columns: chosen.map { shown[$0] }), marksNull: true)
            state.withLock { state in
                state.take(chosen.map { sources[$0] })
                state.style = style
                if style != nil { state.held = [] }
                if !unknown.isEmpty { state.awaited = .init(columns: columns, chosen: chosen, unknown: unknown) }
            }
        } catch {
            state.withLock { $0.refusal = error }
        }
    }

    /// Where the values of each column come from.
    private func sources(of columns: [QueryResult.Column]) -> [RowStreamState.Source] {
        let known = arrays?.known(columns) ?? columns
        let own = zip(known.indices, known).map { RowStreamState.Source.value($0, PostgresType(oid: $1.typeOID)) }
        return (leading.map { [.constant(.text($0.value))] } ?? []) + own
    }

    /// Asks for the types of arrays that are not known, and goes on with the rows that were held for that.
    ///
    /// - Parameter isEnded: whether the statement has ended; nil where it has failed, and nothing is asked.
    private func settleTypes(isEnded: Bool?) async {
        guard let arrays, let awaited = state.withLock({ $0.awaited }) else { return }
        if let isEnded { await arrays.ask(awaited.unknown, isEnded: isEnded) }
        let sources = sources(of: awaited.columns)
        state.withLock { $0.settle(awaited.chosen.map { sources[$0] }) }
    }

    func take(_ row: ReceivedRow) -> Bool {
        state.withLock { state in
            if state.refusal != nil { return true }
            guard !state.isUnwanted else { return false }
            if state.awaited != nil { return state.hold(row) >= Self.pieceSize }
            state.append(row)
            return state.output.count >= Self.pieceSize || state.refusal != nil
        }
    }

    /// What there is of a statement's answer when it has ended; nil where it has no rows.
    func outcome() throws(Failure) -> Outcome? {
        let (refusal, isBegun, held) = state.withLock { state in
            state.check()
            return (state.refusal, state.isBegun, state.held)
        }
        if let refusal { throw refusal }
        guard isBegun else { return nil }
        var outcome = Outcome()
        outcome.rows = self
        if let held {
            // So few are shown as a listing is.
            var table = state.withLock { Table(columns: $0.columns, rows: held) }
            table.marksNull = true
            (outcome.table, outcome.rows) = (table, nil)
            output.keep(nil)
        }
        return outcome
    }

    // MARK: The rows of a listing

    /// - Parameter layout: how it is laid out as text.
    func begin(_ table: Table, layout: RowLayout? = nil) {
        begin(table, marksNull: table.marksNull)
        state.withLock { state in
            state.layout = layout
            state.layout?.begin(in: &state.output)
        }
    }

    /// - Returns: whether it is full.
    func take(_ values: [Value], styles: [CellStyle?]?) -> Bool {
        state.withLock { state in
            guard !state.isUnwanted else { return false }
            state.append(values, styles: styles)
            return state.output.count >= Self.pieceSize
        }
    }

    private func begin(_ table: Table, marksNull: Bool) {
        output.keep(self)
        state.withLock { state in
            state.isBegun = true
            state.columns = table.columns
            let names = table.columns.map(\.name)
            if settings.format == .json {
                state.encoder = JSONRowsEncoder()
                state.output.append("{")
                JSON.write(Presentation.head(of: command, names), to: &state.output)
                state.output.append(",\"rows\":[")
            } else {
                state.encoder = settings.format.encoder(null: marksNull ? settings.nullText ?? "" : "")
            }
            state.encoder?.begin(names, in: &state.output)
        }
    }

    // MARK: Writing

    func makeRoom(until deadline: EventLoop.Instant?) async -> RowRoom {
        await settleTypes(isEnded: false)
        let (isRefused, pager) = state.withLock { state in
            state.check()
            return (state.refusal != nil, state.pager)
        }
        if isRefused { return drains ? .made : .unwanted }
        // Nothing else holds them, so that their room is used again.
        var bytes = state.withLock { $0.isUnwanted ? [] : $0.output.take() }
        if bytes.isEmpty { return .made }
        if settings.format.isBare { bytes = output.shownForm(bytes) }
        let room: RowRoom
        if let pager = pager ?? startPager() {
            room = await write(bytes, to: pager, until: deadline)
        } else {
            var written = 0
            room = await output.write(bytes, written: &written, until: deadline)
            if room != .made { state.withLock { $0.output.putBack(bytes[written...]) } }
        }
        state.withLock { state in
            if room == .made { state.output.reuse(&bytes) }
            if room == .unwanted { (state.isUnwanted, state.hasLostReader) = (true, true) }
        }
        return room == .unwanted && drains ? .made : room
    }

    private func startPager() -> PagerProcess? {
        guard state.withLock({ $0.wantsPager && $0.layout != nil }) else { return nil }
        let pager = output.startPager()
        state.withLock { ($0.pager, $0.wantsPager) = (pager, false) }
        return pager
    }

    private func write(
        _ bytes: [UInt8], to pager: PagerProcess, until deadline: EventLoop.Instant?
    ) async -> RowRoom {
        // What a pipe may have taken of it, where nobody reads.
        state.withLock { if $0.shown.count < Self.pieceSize { $0.shown += bytes } }
        switch await pager.write(bytes, until: deadline) {
        case .ready: return .made
        case .timedOut: return .timedOut
        case .cancelled: return .cancelled
        case nil: return await hasShown(pager) ? .unwanted : .made
        }
    }

    /// Waits until the person leaves the pager. Where it was not there, what it got is shown without it.
    private func hasShown(_ pager: PagerProcess) async -> Bool {
        if await pager.finish() { return true }
        let shown = state.withLock { state in
            state.pager = nil
            return state.shown
        }
        var written = 0
        _ = await output.write(shown, written: &written, until: nil)
        return false
    }

    /// Ends the rows.
    ///
    /// - Parameter tail: what follows them in the object of JSON that they are in.
    func end(_ tail: [JSON.Member]) async throws(Failure) {
        await settleTypes(isEnded: true)
        state.withLock { $0.end(tail, isJSON: settings.format == .json) }
        let room = await makeRoom(until: nil)
        if let pager = state.withLock({ $0.pager }) {
            if room == .made { output.keep(nil) }
            _ = await hasShown(pager)
        }
        if room == .cancelled { throw .interrupted }
        output.keep(nil)
    }

    /// Ends the rows of what has failed: those that there are are written, and the object that they are in is completed.
    func breakOff(_ tail: [JSON.Member]) async {
        output.keep(nil)
        await settleTypes(isEnded: nil)
        let (bytes, pager) = state.withLock { state in
            state.check()
            if !state.hasEnded { state.end(tail, isJSON: settings.format == .json, isWhole: false) }
            return (state.output.take(), state.pager)
        }
        if let pager {
            _ = await pager.write(bytes)
            _ = await hasShown(pager)
        } else if !state.withLock({ $0.isUnwanted }) {
            let shown = settings.format.isBare ? output.shownForm(bytes) : bytes
            if Task.isCancelled { return output.rest(shown) }
            // Who reads slowly gets all of it, as long as no time is set.
            var written = 0
            _ = await output.write(
                shown, written: &written, until: settings.timeout.map { _ in .now + Self.grace })
        }
    }
}

/// How far the rows of a ``RowStream`` are.
struct RowStreamState: Sendable {
    /// Where the value of a column comes from.
    enum Source: Sendable {
        /// The bytes of a cell, as they are.
        case cell(Int, CellType)
        /// A cell that has to be read first.
        case value(Int, PostgresType)
        case constant(Value)

        /// The column of the statement.
        var column: Int? {
            switch self {
            case .cell(let column, _), .value(let column, _): column
            case .constant: nil
            }
        }
    }

    /// What waits for the types of arrays.
    struct Awaited: Sendable {
        let columns: [QueryResult.Column]
        let chosen: [Int]
        let unknown: [UInt32]
        /// The rows meanwhile.
        fileprivate var rows: [[String?]] = []
        fileprivate var size = 0

        init(columns: [QueryResult.Column], chosen: [Int], unknown: [UInt32]) {
            (self.columns, self.chosen, self.unknown) = (columns, chosen, unknown)
        }
    }

    var awaited: Awaited?
    var columns: [Table.Column] = []
    private(set) var sources: [Source] = []
    /// The columns whose values are made texts of.
    private var decoded: [Int] = []
    /// Where the rows begin in the output that nobody has looked at yet.
    private var rowStarts: [Int] = []
    var encoder: (any RowEncoder)?
    var style: TableStyle?
    /// The first rows of a statement's table, until there are enough to measure it by.
    var held: [[Value]]?
    var layout: RowLayout?
    /// What was not written yet.
    var output = OutputBuffer()
    var isBegun = false
    var hasEnded = false
    var wantsPager = false
    var pager: PagerProcess?
    /// What the pager got at first.
    var shown: [UInt8] = []
    /// Why none of the rows can be shown.
    var refusal: Failure?
    /// Whether no row is written any more.
    var isUnwanted = false
    /// Whether that is because nobody reads.
    var hasLostReader = false

    /// Takes where the values come from. What the encoder takes as it is, is not looked at in each row.
    mutating func take(_ sources: [Source]) {
        self.sources = sources.map { source in
            guard case .value(let column, let type) = source, let encoder,
                let cellType = type.cellType ?? (encoder.hasArrays || type.isArrayOfBooleans ? nil : .text)
            else { return source }
            return .cell(column, cellType)
        }
        let writesBytes = encoder != nil
        decoded = self.sources.compactMap { source in
            if case .cell = source, writesBytes { nil } else { source.column }
        }
    }

    /// Keeps a row until the types are known.
    ///
    /// - Returns: how many bytes are kept.
    mutating func hold(_ row: ReceivedRow) -> Int {
        if let column = (0..<row.count).first(where: { !row.isUTF8($0) }) {
            refusal = Failure(ClusterError(undecoded: awaited?.columns[column].name))
            return Int.max
        }
        let values = (0..<row.count).map { row.text($0) }
        awaited?.rows.append(values)
        awaited?.size += values.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
        return awaited?.size ?? 0
    }

    /// Goes on with the rows that were kept.
    mutating func settle(_ sources: [Source]) {
        let rows = awaited?.rows ?? []
        awaited = nil
        take(sources)
        for row in rows { ReceivedRow.with(row) { append($0) } }
    }

    /// Writes a row of a statement, or refuses it where a value is not UTF-8.
    mutating func append(_ row: ReceivedRow) {
        let start = output.count
        guard decoded.allSatisfy({ row.isUTF8($0) }) else { return refuse(row) }
        if encoder != nil {
            encoder?.append(row, sources, to: &output)
            if output.hasUndecoded {
                output.drop(from: start)
                return refuse(row)
            }
            rowStarts.append(start)
        } else {
            append(
                sources.map { source in
                    switch source {
                    case .cell(let column, _): row.text(column).map { .text($0) } ?? .null
                    case .value(let column, let type): type.value(row.text(column))
                    case .constant(let value): value
                    }
                }, styles: nil)
        }
    }

    /// Looks at the rows whose bytes were written as they are, before these go out: at many together it takes no time.
    mutating func check() {
        guard let first = rowStarts.first else { return }
        defer { rowStarts.removeAll(keepingCapacity: true) }
        guard !output.isUTF8(from: first) else { return }
        let ends = rowStarts.dropFirst() + [output.count]
        let bad = zip(rowStarts, ends).first { start, end in !output.isUTF8(from: start, to: end) }
        output.drop(from: bad?.0 ?? first)
        refusal = Failure(ClusterError(undecoded: nil))
    }

    /// Ends the rows in front of one with a value that is not UTF-8.
    private mutating func refuse(_ row: ReceivedRow) {
        let place = sources.firstIndex { source in source.column.map { !row.isUTF8($0) } ?? false }
        refusal = Failure(ClusterError(undecoded: place.map { columns[$0].name }))
    }

    mutating func append(_ values: [Value], styles: [CellStyle?]?) {
        if encoder != nil {
            encoder?.append(row: values, of: columns.count, to: &output)
        } else if held == nil {
            layout?.append(values, styles: styles, to: &output)
        } else {
            held?.append(values)
            if let held, held.count > RowStream.measured { layOut(held) }
        }
    }

    /// Lays out what was held, and what comes behind in the same way.
    private mutating func layOut(_ rows: [[Value]]) {
        var table = Table(columns: columns, rows: rows)
        table.marksNull = true
        var layout = RowLayout.table(TableLayout(of: table, style ?? TableStyle()))
        layout.begin(in: &output)
        for row in rows { layout.append(row, to: &output) }
        (self.layout, held) = (layout, nil)
    }

    /// - Parameter isWhole: whether all rows are there.
    mutating func end(_ tail: [JSON.Member], isJSON: Bool, isWhole: Bool = true) {
        hasEnded = true
        if isWhole { layout?.end(in: &output) }
        guard isJSON else { return }
        output.append("],")
        JSON.write(tail, to: &output)
        output.append("}\n")
    }
}

extension RowEncoder {
    /// Writes a row of a statement.
    fileprivate mutating func append(
        _ row: ReceivedRow, _ sources: [RowStreamState.Source], to output: inout OutputBuffer
    ) {
        beginRow(in: &output)
        for source in sources {
            switch source {
            case .cell(let column, let type): append(row[column], type, to: &output)
            case .value(let column, let type):
                append(type.value(row.text(column), droppingBounds: hasArrays), to: &output)
            case .constant(let value): append(value, to: &output)
            }
        }
        endRow(in: &output)
    }
}
