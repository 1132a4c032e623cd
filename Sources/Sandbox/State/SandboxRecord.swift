/// What is written down about a sandbox: everything that is needed to find, use and remove it.
package struct SandboxRecord: Sendable, Equatable {
    enum Phase: String, Sendable {
        /// Not finished. When its maker is gone, it is a leftover.
        case making
        case made
    }

    var name: String
    var phase: Phase
    /// The process that makes it, or made it.
    var maker: ProcessIdentity?
    /// The process that removes the sandbox when the maker ends.
    var caretaker: ProcessIdentity?
    /// The sandbox is there only as long as its maker.
    var diesWithMaker: Bool
    /// A canonical path; holds a folder for each node, one with what its user logs in with where that needs anything, and
    /// nothing else of ours.
    var directory: String
    /// The folder with a folder for each node's socket: in `directory`, or a short one elsewhere if that path is too long.
    var socketRoot: String
    var loopback: Bool
    var authentication: Authentication
    var engine: Engine
    /// The folder of the server programs with which the data folders were made.
    var programs: String
    /// The ports of the nodes, the access node's first.
    var ports: [Int]

    /// Whether it is left over from a process that was killed.
    package var isAbandoned: Bool { (phase == .making || diesWithMaker) && maker?.isAlive != true }

    var login: SandboxLogin {
        SandboxLogin(
            authentication: authentication, loopback: loopback, files: ClientFiles(folder: directory + "/client"))
    }

    package var nodes: [Node] {
        ports.enumerated().map { index, port in
            let name = index == 0 ? "an1" : "dn\(index)"
            let folder = directory + "/" + name
            return Node(
                name: name, role: index == 0 ? .access : .data, folder: folder,
                socketDirectory: "\(socketRoot)/\(name)", port: port, login: login)
        }
    }
}

extension SandboxRecord {
    /// The form of the state file: lines of `key=value`.
    package var text: String {
        var lines: [(String, String)] = [
            ("format", Self.format),
            ("name", name),
            ("phase", phase.rawValue),
            ("dies-with-maker", diesWithMaker ? "yes" : "no"),
            ("directory", directory),
            ("socket-root", socketRoot),
            ("loopback", loopback ? "yes" : "no"),
            ("authentication", authentication.rawValue),
            ("engine", engine.description),
            ("programs", programs),
            ("ports", ports.map(String.init).joined(separator: " ")),
        ]
        if let maker { lines.append(("maker", maker.description)) }
        if let caretaker { lines.append(("caretaker", caretaker.description)) }
        return lines.map { "\($0.0)=\($0.1)\n" }.joined()
    }

    /// Reads a state file; nil when it isn't one.
    package init?(text: String) {
        var values: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { return nil }
            values[line[..<equals]] = String(line[line.index(after: equals)...])
        }
        guard values["format"] == Self.format, let name = values["name"],
            let phase = values["phase"].flatMap(Phase.init(rawValue:)),
            let directory = values["directory"], directory.hasPrefix("/"),
            let socketRoot = values["socket-root"], socketRoot.hasPrefix("/"),
            // A sandbox from before there was a choice says nothing of it.
            let authentication = Authentication(rawValue: values["authentication"] ?? "trust"),
            let engine = values["engine"].flatMap(Engine.init), let programs = values["programs"],
            let ports = values["ports"]?.split(separator: " ").map({ Int($0) }), !ports.contains(nil), !ports.isEmpty
        else { return nil }
        self.name = name
        self.phase = phase
        self.directory = directory
        self.authentication = authentication
        self.engine = engine
        self.programs = programs
        self.ports = ports.compactMap(\.self)
        loopback = values["loopback"] == "yes"
        diesWithMaker = values["dies-with-maker"] == "yes"
        self.socketRoot = socketRoot
        maker = values["maker"].flatMap(ProcessIdentity.init)
        caretaker = values["caretaker"].flatMap(ProcessIdentity.init)
    }

    private static let format = "1"
}
