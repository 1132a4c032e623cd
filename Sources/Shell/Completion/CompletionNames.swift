import CommandLanguage

/// The names that completion offers, as they were when they were last read: Tab never waits for a server.
package struct CompletionNames: Sendable {
    package struct Node: Sendable {
        package var name: String
        package var isAvailable = true
        /// Whether it takes no new chunks of some hypertable.
        package var isBlocked = false

        package init(_ name: String, isAvailable: Bool = true, isBlocked: Bool = false) {
            self.name = name
            self.isAvailable = isAvailable
            self.isBlocked = isBlocked
        }
    }

    package struct Job: Sendable {
        package var id: Int
        package var name: String
        package var isScheduled: Bool

        package init(_ id: Int, _ name: String, isScheduled: Bool = true) {
            self.id = id
            self.name = name
            self.isScheduled = isScheduled
        }
    }

    package struct Table: Sendable {
        /// As commands take it.
        package var name: String
        /// As SQL has it, quoted where it must be.
        package var written: String
        /// Whether it can become a hypertable.
        package var isTable: Bool

        package init(_ name: String, written: String? = nil, isTable: Bool = true) {
            self.name = name
            self.written = written ?? name
            self.isTable = isTable
        }
    }

    /// What a query reads: tables and views, of users and of the system.
    package struct Relation: Sendable {
        /// As SQL has it, quoted where it must be.
        package var written: String
        package var columns: [String]
        package var isSystem: Bool

        package init(_ written: String, columns: [String], isSystem: Bool = false) {
            self.written = written
            self.columns = columns
            self.isSystem = isSystem
        }
    }

    package struct Function: Sendable {
        package var name: String
        /// The arguments of each form, by name and type, with defaults; at least one.
        package var forms: [String]

        package init(_ name: String, forms: [String]) {
            self.name = name
            self.forms = forms
        }
    }

    package var nodes: [Node] = []
    package var roles: [String] = []
    package var hypertables: [String] = []
    /// Without the schema, under which nobody looks for one.
    package var chunks: [String] = []
    /// The operations that the access node has a record of.
    package var copies: [String] = []
    package var tables: [Table] = []
    package var relations: [Relation] = []
    package var functions: [Function] = []
    package var jobs: [Job] = []
    package var variables: [String] = []
    package var environment: [String] = []
    package var sandboxes: [String] = []
    package var sandboxNodes: [String] = []

    package init() {}
}

extension CompletionNames {
    /// Keeps only the names that need no server.
    mutating func forgetCluster() {
        var local = CompletionNames()
        local.variables = variables
        local.environment = environment
        local.sandboxes = sandboxes
        local.sandboxNodes = sandboxNodes
        self = local
    }

    func names(_ kind: ValueKind) -> [String] {
        switch kind {
        case .node: nodes.map(\.name)
        case .nodes: ["all"] + nodes.map(\.name)
        case .role: roles
        case .hypertable: hypertables
        case .variable, .variables: variables
        case .sandboxNode: sandboxNodes
        case .choice(let choices): choices
        case .text, .newName, .integer, .integers, .duration, .file, .command, .quantity, .query: []
        }
    }

    func names(_ offering: Offering) -> [String] {
        switch offering {
        case .availableNodes: nodes.filter(\.isAvailable).map(\.name)
        case .unavailableNodes: nodes.filter { !$0.isAvailable }.map(\.name)
        case .blockedNodes: nodes.filter(\.isBlocked).map(\.name)
        case .jobs: jobs.map { String($0.id) }
        case .pausedJobs: jobs.filter { !$0.isScheduled }.map { String($0.id) }
        case .scheduledJobs: jobs.filter(\.isScheduled).map { String($0.id) }
        case .chunks: chunks
        case .copies: copies
        case .hypertablesAndChunks: hypertables + chunks
        case .tables: tables.filter { $0.isTable && !hypertables.contains($0.name) }.map(\.name)
        case .sandboxes: sandboxes
        case .environment: environment
        }
    }
}

extension CommandTable {
    /// The words that begin commands, those that control others among them.
    var firstWords: [String] { words(after: "") + ControlSyntax.firstWords }
}
