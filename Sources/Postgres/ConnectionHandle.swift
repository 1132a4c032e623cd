import CLibPQ
import Glibc

/// Owns a `PGconn`, and finishes it once: in `finish`, or when the handle is destroyed.
///
/// libpq lets any thread use a connection, but only one at a time. The handle is sendable because it has a single
/// owner. After `finish` every call answers as libpq does for a missing connection: bad, not busy, no result.
struct ConnectionHandle: ~Copyable, @unchecked Sendable {
    private var pointer: OpaquePointer?
    /// libpq has an unretained pointer to it.
    private let notices: NoticeReceiver

    /// Begins to connect; blocks while names are resolved and files read (libpq, `PQconnectStartParams`).
    ///
    /// A `dbname` is a name here, whatever it looks like: one that a catalog has must not become parameters.
    init(connectingTo parameters: ConnectionParameters, onNotice: @escaping @Sendable (ServerMessage) -> Void) {
        let all = parameters.forLibrary
        let keywords = CStringArray(all.parameters.map(\.keyword))
        let values = CStringArray(all.parameters.map(\.value))
        notices = NoticeReceiver(onNotice)
        pointer = PQconnectStartParams(keywords.pointers, values.pointers, all == parameters ? 0 : 1)
        PQsetNoticeReceiver(
            pointer,
            { receiver, result in
                guard let receiver, let result else { return }
                Unmanaged<NoticeReceiver>.fromOpaque(receiver).takeUnretainedValue()
                    .receive(ServerMessage(fieldsOf: result))
            }, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit {
        PQfinish(pointer)
    }

    /// Ends the session and closes the socket. Nothing may be waiting for the socket any more.
    mutating func finish() {
        PQfinish(pointer)
        pointer = nil
    }

    /// Takes the next step of connecting; blocks while names are resolved (libpq, `PQconnectPoll`).
    func pollConnect() -> PostgresPollingStatusType {
        PQconnectPoll(pointer)
    }

    /// Makes the message of a failed connection include the SQLSTATE, which libpq omits otherwise.
    func showSQLSTATEInMessages() {
        PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    }

    func setNonblocking() -> Bool {
        PQsetnonblocking(pointer, 1) == 0
    }

    func cancelRequest() -> CancelRequest? {
        clibpq_cancel_request(pointer).map { CancelRequest($0) }
    }

    /// Makes both ends see the connection as closed at once. The descriptor stays, as something may be waiting for it.
    func shutDownSocket() {
        let socket = self.socket
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    // MARK: What it is

    /// Whether the attempt has begun and has not failed.
    var isConnecting: Bool { PQstatus(pointer) != CONNECTION_BAD }
    /// The parameters, including what libpq takes from files, the environment and its defaults; empty if libpq could
    /// not understand those given.
    var effectiveParameters: ConnectionParameters {
        guard let options = PQconninfo(pointer) else { return ConnectionParameters() }
        defer { PQconninfoFree(options) }
        return ConnectionParameters(options: options)
    }

    /// How far connecting is.
    var status: ConnStatusType { PQstatus(pointer) }
    /// Whether it is encrypted by TLS; so it is from the handshake on.
    var usesTLS: Bool { PQsslInUse(pointer) != 0 }
    var isUsable: Bool { PQstatus(pointer) == CONNECTION_OK }
    /// -1 if there is none. It may change while connecting.
    var socket: Int32 { PQsocket(pointer) }
    var transactionStatus: TransactionStatus { TransactionStatus(PQtransactionStatus(pointer)) }
    /// Whether the other side has sent something that libpq has not read yet.
    var hasInput: Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }
    /// Without the line feed that libpq puts at the end.
    var errorMessage: String { text(PQerrorMessage(pointer)).trimmingTrailingWhitespace() }
    var needsPassword: Bool { PQconnectionNeedsPassword(pointer) != 0 }
    var usedPassword: Bool { PQconnectionUsedPassword(pointer) != 0 }
    private var host: String { text(PQhost(pointer)) }
    private var port: String { text(PQport(pointer)) }
    // "@" begins the name of an abstract socket.
    var isLocalSocket: Bool { host.hasPrefix("/") || host.hasPrefix("@") }
    /// The server, in the words of libpq's messages.
    var place: String {
        isLocalSocket ? "on socket \"\(host)/.s.PGSQL.\(port)\"" : "at \"\(host)\", port \(port)"
    }

    var info: ConnectionInfo {
        ConnectionInfo(
            backendPID: Int(PQbackendPID(pointer)), serverVersion: Int(PQserverVersion(pointer)),
            host: host, hostAddress: text(PQhostaddr(pointer)), port: Int(port) ?? 0,
            database: text(PQdb(pointer)), user: text(PQuser(pointer)),
            isLocalSocket: isLocalSocket, login: effectiveParameters)
    }

    private func text(_ string: UnsafePointer<CChar>?) -> String {
        string.map { String(sent: $0) } ?? ""
    }

    /// Whether the session takes a backslash in '…' for an escape, as old settings of a role or database have it.
    var escapesByBackslash: Bool {
        PQparameterStatus(pointer, "standard_conforming_strings").map { strcmp($0, "off") == 0 } ?? false
    }

    /// The session's client_encoding where it is not UTF-8, as far as the server has told.
    var otherEncoding: String? {
        guard PQclientEncoding(pointer) != Self.utf8 else { return nil }
        return PQparameterStatus(pointer, "client_encoding").map { String(cString: $0) }
    }

    /// libpq's number of it.
    private static let utf8 = pg_char_to_encoding("UTF8")

    // MARK: Statements

    /// What the server warned of since the last call.
    func takeWarnings() -> [ServerMessage] { notices.takeWarnings() }

    /// What the server has said when it ended the session while no statement was under way.
    var farewell: ServerMessage? { notices.farewell }

    /// Tells the listener to notices something of tscl's own.
    func tell(_ text: String) { notices.tell(text) }

    /// Puts a statement in the output buffer, with its values as parameters in text format.
    func send(_ sql: String, _ values: [String?]) -> Bool {
        let values = CStringArray(values)
        return PQsendQueryParams(pointer, sql, Int32(values.count), nil, values.pointers, nil, nil, 0) != 0
    }

    /// Puts statements separated by semicolons in the output buffer.
    func sendScript(_ sql: String) -> Bool {
        PQsendQuery(pointer, sql) != 0
    }

    /// Has the rows of the statement whose results come next come one by one, so that they can be counted.
    func receiveRowByRow() {
        _ = PQsetSingleRowMode(pointer)
    }

    /// Sends what the socket takes; true if there is more to send. An error shows in the next result.
    func flush() -> Bool {
        PQflush(pointer) > 0
    }

    /// Reads what the socket has; false when the connection is broken.
    func consumeInput() -> Bool {
        PQconsumeInput(pointer) != 0
    }

    /// Whether `nextResult` would block.
    var isBusy: Bool { PQisBusy(pointer) != 0 }

    /// The statement's next result; nil when there is none left.
    func nextResult() -> ResultHandle? {
        PQgetResult(pointer).map { ResultHandle($0) }
    }

    /// The next notification that was received and not taken yet.
    func nextNotification() -> Notification? {
        guard let pointer = PQnotifies(pointer) else { return nil }
        defer { PQfreemem(pointer) }
        return Notification(
            channel: text(pointer.pointee.relname), payload: text(pointer.pointee.extra),
            backendPID: Int(pointer.pointee.be_pid))
    }

    // MARK: Pipeline mode

    var isInPipelineMode: Bool { PQpipelineStatus(pointer) != PQ_PIPELINE_OFF }

    func enterPipelineMode() -> Bool {
        PQenterPipelineMode(pointer) != 0
    }

    /// False while there are results to be read.
    func exitPipelineMode() -> Bool {
        PQexitPipelineMode(pointer) != 0
    }

    /// Makes what was sent since the last sync a unit of its own, so that its error does not affect what comes after.
    func sync() -> Bool {
        PQpipelineSync(pointer) != 0
    }

    // MARK: COPY

    /// Ends a COPY FROM STDIN; false if the output buffer has no room for that yet.
    ///
    /// - Parameter reason: why it is to fail; nil where the data are complete.
    func endCopyIn(_ reason: String?) -> Bool {
        PQputCopyEnd(pointer, reason) != 0
    }

    /// Puts data of a COPY FROM STDIN in the output buffer; false if that has no room for them yet, or at an error.
    func putCopyData(_ data: [UInt8]) -> Bool {
        data.withUnsafeBytes { bytes in
            PQputCopyData(pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count)) > 0
        }
    }

    enum CopyData {
        /// There may be more at once.
        case more
        /// There is no more until the server sends it.
        case none
        case end
    }

    /// Appends rows of a COPY TO STDOUT that have arrived, until it has so many bytes.
    func takeCopyData(_ data: inout [UInt8], upTo size: Int) -> CopyData {
        while data.count < size {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(pointer, &buffer, 1)
            guard count > 0, let buffer else { return count == 0 ? .none : .end }
            data.append(contentsOf: UnsafeRawBufferPointer(start: buffer, count: Int(count)))
            PQfreemem(buffer)
        }
        return .more
    }

    /// Discards what a COPY TO STDOUT has sent so far; true if that was the end.
    func discardCopyOut() -> Bool {
        var buffer: UnsafeMutablePointer<CChar>?
        while true {
            let count = PQgetCopyData(pointer, &buffer, 1)
            PQfreemem(buffer)
            if count <= 0 { return count < 0 }
        }
    }

    // MARK: Quoting

    /// A SCRAM-SHA-256 verifier, computed here without asking the server.
    func encryptPassword(_ password: String, user: String) -> String? {
        guard let verifier = PQencryptPasswordConn(pointer, password, user, "scram-sha-256") else { return nil }
        defer { PQfreemem(verifier) }
        return String(cString: verifier)
    }
}
