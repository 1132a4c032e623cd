extension Sandbox {
    /// What a new sandbox is to be.
    package struct Settings: Sendable {
        /// Letters, digits, `-` and `_`, at most 40.
        package var name: String
        /// How many data nodes, 1 to 128. A sandbox that exists already keeps the nodes it has.
        package var dataNodes: Int
        /// Where the data goes: a folder that is empty or not there yet. Nil for the state folder.
        package var directory: String?
        /// How the servers find out who connects; nil for trust, or for what a sandbox that exists already has.
        package var authentication: Authentication?
        /// Listen on 127.0.0.1, each node at a free port, as is always so with passwords and certificates. With trust every
        /// user of the machine gets in there.
        package var loopback: Bool
        package var engine: EngineChoice
        /// The sandbox is removed, with its data, when the process that makes it ends in whatever way.
        package var dieWithParent: Bool
        /// A sandbox that is down, with trust: the new one begins with what its servers have, which takes a fraction of the time
        /// of making it. Its further data nodes begin as the last of that one's.
        package var template: Sandbox?
        /// The program that is run with `Caretaker.word` to remove the sandbox when its maker ends: tscl.
        let caretaker: String

        static let defaultName = "default"

        package init(
            caretaker: String, name: String = Self.defaultName, dataNodes: Int = 3, directory: String? = nil,
            authentication: Authentication? = nil, loopback: Bool = false,
            engine: EngineChoice = .automatic, dieWithParent: Bool = false, template: Sandbox? = nil
        ) {
            self.caretaker = caretaker
            self.name = name
            self.dataNodes = dataNodes
            self.directory = directory
            self.authentication = authentication
            self.loopback = loopback
            self.engine = engine
            self.dieWithParent = dieWithParent
            self.template = template
        }

        func validate() throws(SandboxError) {
            try Sandbox.validate(name: name)
            guard (1...128).contains(dataNodes) else {
                throw SandboxError(.usage, "a sandbox has 1 to 128 data nodes, not \(dataNodes)")
            }
            if let directory, directory.isEmpty || directory.utf8.contains(where: { $0 < 0x20 }) {
                // The state file is made of lines, and so is the servers' configuration.
                throw SandboxError(.usage, "the folder of a sandbox can't have a control character in its name")
            }
            guard let template else { return }
            // Else the files of a server that writes would be copied, or logins that this one doesn't know.
            guard !template.isUp, template.authentication == .trust, authentication ?? .trust == .trust else {
                throw SandboxError(.usage, "only a sandbox that is down, with trust, is a template for one with trust")
            }
        }
    }

    /// Names become file names and are shown in messages: nothing in them needs quoting anywhere.
    static func validate(name: String) throws(SandboxError) {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard allowed, (1...40).contains(name.utf8.count), !name.hasPrefix("-") else {
            throw SandboxError(
                .usage, "\"\(name)\" can't be the name of a sandbox",
                hint: "A name has 1 to 40 letters, digits, \"-\" and \"_\", and doesn't begin with \"-\".")
        }
    }
}
