import ClusterAccess
import MultiNode

/// Ways to a node that fail for the same reason, with what mends them.
struct FailingWays {
    private let node: String
    private let reason: String
    private let remedy: String
    private var starts: [(start: Way.Start, roles: [String])] = []

    private init(_ node: String, _ reason: String, _ remedy: String) {
        self.node = node
        self.reason = reason
        self.remedy = remedy
    }

    /// In the order in which they first fail.
    ///
    /// - Parameter ignored: the access node's passfile, if libpq passes it by for its mode.
    static func list(
        _ ways: [Way], _ mappings: UserMappings, ignoredPassfile ignored: String?
    ) -> [FailingWays] {
        var list: [FailingWays] = []
        for way in ways {
            let reason = way.reason ?? ""
            let remedy = WayRemedy.text(
                to: way.node, from: way.start.machine, as: way.role,
                by: mappings.effective(for: way.role, on: way.node.name), ignoredPassfile: ignored, reason)
            let index =
                list.firstIndex { ($0.node, $0.reason, $0.remedy) == (way.node.name, reason, remedy) } ?? list.count
            if index == list.count { list.append(FailingWays(way.node.name, reason, remedy)) }
            list[index].add(way)
        }
        return list
    }

    private mutating func add(_ way: Way) {
        if let index = starts.firstIndex(where: { $0.start == way.start }) {
            starts[index].roles.append(way.role)
        } else {
            starts.append((way.start, [way.role]))
        }
    }

    /// `dn2 is not reached from the access node as app, from dn1 as postgres: Connection refused`
    var failure: Failure {
        let places = starts.map { "from \($0.start.place) as \($0.roles.listed)" }
        return Failure("\(node) is not reached \(places.listed): \(reason)", remedy: remedy)
    }
}

extension Way.Start {
    /// As a listing has it.
    var text: String {
        switch self {
        case .here: "here"
        case .accessNode: Finding.accessNode
        case .node(let name): name
        }
    }

    /// As a sentence has it.
    fileprivate var place: String { self == .accessNode ? "the access node" : text }

    fileprivate var machine: String {
        switch self {
        case .here: "this"
        case .accessNode: "the access node's"
        case .node(let name): "\(name)'s"
        }
    }
}
