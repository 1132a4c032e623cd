/// A message of the protocol between client and server, version 3 (PostgreSQL manual, "Message Formats").
struct Message {
    /// Zero for the first messages of a client, which have no type.
    let type: UInt8
    let bytes: [UInt8]

    private var body: ArraySlice<UInt8> { bytes.dropFirst(type == 0 ? 4 : 5) }

    /// The SQL of a Query or Parse.
    var statement: String? {
        switch type {
        case UInt8(ascii: "Q"): String(decoding: body.dropLast(), as: UTF8.self)
        case UInt8(ascii: "P"):
            String(decoding: body.drop { $0 != 0 }.dropFirst().prefix { $0 != 0 }, as: UTF8.self)
        default: nil
        }
    }

    /// Whether it is SSLRequest or GSSENCRequest, answered by a single byte.
    var isEncryptionRequest: Bool { type == 0 && [[4, 210, 22, 47], [4, 210, 22, 48]].contains(Array(body)) }

    /// Whether the server sends ReadyForQuery for it: Query, Sync, or FunctionCall.
    var asksForReady: Bool { [UInt8(ascii: "Q"), UInt8(ascii: "S"), UInt8(ascii: "F")].contains(type) }

    var isReady: Bool { type == UInt8(ascii: "Z") }

    /// ErrorResponse, as it ends a session.
    static func error(_ sqlstate: String, _ message: String) -> [UInt8] {
        var body: [UInt8] = []
        for field in ["SFATAL", "VFATAL", "C" + sqlstate, "M" + message] { body += Array(field.utf8) + [0] }
        body.append(0)
        let length = withUnsafeBytes(of: UInt32(body.count + 4).bigEndian) { Array($0) }
        return [UInt8(ascii: "E")] + length + body
    }
}

/// Takes messages out of what comes in pieces.
struct MessageBuffer {
    private var bytes: [UInt8] = []
    /// Whether the next message has no type: of a client, all until the one that begins the session.
    private var hasStartup: Bool

    init(hasStartup: Bool) {
        self.hasStartup = hasStartup
    }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The next message; nil if it has not all come.
    mutating func next() -> Message? {
        let header = hasStartup ? 4 : 5
        guard bytes.count >= header else { return nil }
        let length = bytes[header - 4..<header].reduce(0) { $0 << 8 | Int($1) } + header - 4
        guard length >= header, bytes.count >= length else { return nil }
        let message = Message(type: hasStartup ? 0 : bytes[0], bytes: Array(bytes[..<length]))
        bytes.removeFirst(length)
        if !message.isEncryptionRequest { hasStartup = false }
        return message
    }
}
