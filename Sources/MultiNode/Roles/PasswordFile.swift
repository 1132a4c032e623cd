/// A file of passwords for connections, as libpq reads it: "The Password File" in the PostgreSQL manual. The access node
/// has one for its connections to data nodes.
///
/// The first line that fits a connection counts.
package struct PasswordFile: Sendable, Equatable {
    /// What a field in front of the password stands for.
    enum Field: Equatable {
        case any
        case text([UInt8])

        func fits(_ text: String) -> Bool { self == .any || self == .text(Array(text.utf8)) }
    }

    struct Line: Equatable {
        let bytes: [UInt8]
        /// Which line of the file it was, from 1; nil for one that is new or changed.
        let number: Int?
        /// Host, port, database and role; nil for a line that libpq passes by.
        let fields: [Field]?
        /// Where the password begins.
        let end: Int
        /// What it ends with, of which libpq takes no notice.
        let ending: [UInt8]

        /// - Parameter bytes: without the end of the line.
        init(_ bytes: [UInt8], number: Int? = nil, ending: [UInt8] = [UInt8(ascii: "\n")]) {
            self.bytes = bytes
            self.ending = ending
            self.number = number
            var fields: [Field] = []
            var text: [UInt8] = []
            var index = 0
            var isEscaped = false
            var hasEscape = false
            while index < bytes.count, fields.count < 4 {
                let byte = bytes[index]
                index += 1
                if !isEscaped, byte == UInt8(ascii: "\\") {
                    (isEscaped, hasEscape) = (true, true)
                } else if !isEscaped, byte == UInt8(ascii: ":") {
                    fields.append(text == [UInt8(ascii: "*")] && !hasEscape ? .any : .text(text))
                    (text, hasEscape) = ([], false)
                } else {
                    text.append(byte)
                    isEscaped = false
                }
            }
            let isRead = fields.count == 4 && bytes.first != UInt8(ascii: "#")
            (self.fields, end) = (isRead ? fields : nil, index)
        }

        func fits(_ place: Place, login: String) -> Bool {
            guard let fields else { return false }
            let isHost = fields[0].fits(place.host) || place.isUsualSocket && fields[0].fits("localhost")
            return isHost && fields[1].fits(place.port) && fields[2].fits(place.database) && fields[3].fits(login)
        }

        static func == (first: Line, second: Line) -> Bool { first.bytes == second.bytes }

        func isOnly(for login: String) -> Bool { fields?[3] == .text(Array(login.utf8)) }
    }

    /// Where a connection may lead to.
    struct Place {
        let host: String
        let port: String
        let database: String

        /// libpq takes the folder of sockets that it was built with for this machine.
        var isUsualSocket: Bool { ["/tmp", "/var/run/postgresql"].contains(host) }

        /// One for each of several hosts.
        static func all(_ node: DataNode) -> [Place] {
            let ports = (node.serverOptions["port"] ?? String(node.port)).split(separator: ",").map(String.init)
            return node.host.split(separator: ",").enumerated().map { index, host in
                let port = index < ports.count ? ports[index] : ports.last ?? "5432"
                return Place(host: String(host), port: port, database: node.database)
            }
        }
    }

    let lines: [Line]

    package init(_ content: [UInt8] = []) {
        var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().map {
            $1.last == UInt8(ascii: "\r")
                ? Line(Array($1.dropLast()), number: $0 + 1, ending: Array("\r\n".utf8))
                : Line(Array($1), number: $0 + 1)
        }
        if lines.last?.bytes.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    /// - Parameter rows: of ``beginnings(of:)``.
    package init(rows: [[String: String?]]) {
        var lines = rows.enumerated().map { Line(Array((Row($1)["beginning"] ?? "").utf8), number: $0 + 1) }
        // Behind the end of the last line there is nothing.
        if lines.last?.bytes.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    package var content: [UInt8] { lines.flatMap { $0.bytes + $0.ending } }

    /// Whether there is a line for every way to a node.
    package func covers(_ node: DataNode, login: String) -> Bool {
        Place.all(node).allSatisfy { place in lines.contains { $0.fits(place, login: login) } }
    }

    /// Whether the password of a role on a node is this one.
    package func has(_ password: String, for login: String, on node: DataNode) -> Bool {
        Place.all(node).allSatisfy { place in
            guard let line = lines.first(where: { $0.fits(place, login: login) }) else { return false }
            return Self.unescaped(line.bytes[line.end...]) == Array(password.utf8)
        }
    }

    /// Whether a line is for this role by its name.
    package func names(_ login: String, on nodes: [DataNode]) -> Bool {
        let places = nodes.flatMap(Place.all)
        return lines.contains { line in
            line.isOnly(for: login) && places.contains { line.fits($0, login: login) }
        }
    }

    /// The file with another password of a role. Its lines for these nodes are changed where they stand; a line for all
    /// nodes is added where some have none. Lines for several roles and for other servers stay.
    package func setting(_ password: String, for login: String, on nodes: [DataNode]) -> PasswordFile {
        let places = nodes.flatMap(Place.all)
        var changed = lines.map { line in
            guard line.isOnly(for: login), places.contains(where: { line.fits($0, login: login) }) else { return line }
            return Line(Array(line.bytes[..<line.end]) + Self.escaped(password).utf8, ending: line.ending)
        }
        let firsts = places.map { place in changed.firstIndex { $0.fits(place, login: login) } }
        if firsts.contains(where: { $0.map { !changed[$0].isOnly(for: login) } ?? true }) {
            let others = firsts.compactMap(\.self).filter { !changed[$0].isOnly(for: login) }
            let line = Line(Array(Self.line(for: login, password: Self.escaped(password)).utf8))
            changed.insert(line, at: others.min() ?? changed.count)
        }
        return PasswordFile(lines: changed)
    }

    private init(lines: [Line]) {
        self.lines = lines
    }

    /// The line that serves a role on all data nodes.
    ///
    /// - Parameter password: what stands for it, or the escaped password itself.
    package static func line(for login: String, password: String = "PASSWORD") -> String {
        "*:*:*:\(escaped(login)):\(password)"
    }

    /// Why a password can't be in such a file; nil if it can.
    package static func refusal(of password: String) -> String? {
        password.contains { $0.isNewline } ? "a line of a passfile can't hold a password with a newline" : nil
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: #"\\"#).replacing(":", with: #"\:"#)
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                text.append(byte)
                isEscaped = false
            }
        }
        return text
    }
}
