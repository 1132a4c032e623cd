/// The variables of a session, by name; arguments of a script are `1`, `2`….
package struct Variables: Sendable {
    package struct Value: Sendable {
        package var text: String
        /// Hidden wherever it would be shown.
        package var isSecret: Bool
        /// What `:"name"` stands for where that is not the text as one identifier: a table with its schema.
        private let identifier: String?

        package init(_ text: String, isSecret: Bool = false, identifier: String? = nil) {
            self.text = text
            self.isSecret = isSecret
            self.identifier = identifier
        }

        /// - Parameter quoted: quotes a text as an identifier.
        func identifier(_ quoted: (String) -> String) -> String { identifier ?? quoted(text) }
    }

    /// The name that stands for the folder of the script in which it is written.
    static let scriptFolder = "script.dir"

    private var values: [String: Value] = [:]
    /// The names of those that are secret: few of many.
    private var secretNames: Set<String> = []
    private let environment: @Sendable (String) -> String?
    private let isText: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - environment: what `${env:NAME}` reads.
    ///   - isText: whether a variable of the environment is UTF-8, or not there at all.
    package init(
        environment: @escaping @Sendable (String) -> String? = { _ in nil },
        isText: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.environment = environment
        self.isText = isText
    }

    /// Whether a variable has a value that no String can hold as it is.
    func isUnreadable(_ name: String) -> Bool { name.hasPrefix("env:") && !isText(String(name.dropFirst(4))) }

    package subscript(name: String) -> Value? {
        get { name.hasPrefix("env:") ? environment(String(name.dropFirst(4))).map { Value($0) } : values[name] }
        set {
            values[name] = newValue
            if newValue?.isSecret == true { secretNames.insert(name) } else { secretNames.remove(name) }
        }
    }

    /// `${1}`, `${2}`…: what a script was given.
    package var arguments: [Value] {
        get {
            var arguments: [Value] = []
            while let value = values[String(arguments.count + 1)] { arguments.append(value) }
            return arguments
        }
        set {
            for index in 0..<max(arguments.count, newValue.count) {
                self[String(index + 1)] = index < newValue.count ? newValue[index] : nil
            }
        }
    }

    package var names: [String] { values.keys.sorted() }
    package var secrets: [String] { secretNames.compactMap { values[$0]?.text } }
    var count: Int { values.count }

    /// Whether `set` and `-v` may give a variable this name.
    package static func isName(_ name: String) -> Bool { isName(name.utf8) }

    /// The same of a name in UTF-8.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first, !isDigit(first) else { return false }
        return name.allSatisfy(isIdentifierByte)
    }
}
