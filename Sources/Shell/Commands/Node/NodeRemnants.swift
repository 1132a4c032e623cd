import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

/// What is left on other nodes of chunks that are lost with one, as `node abandon` tells it.
struct NodeRemnants {
    private let remnants: [LostRemnant]
    /// The nodes that could not be asked.
    private let unasked: [String]

    private static let mostNamed = 3

    /// - Parameter others: the nodes besides the one that is gone.
    init(of lost: [LostChunk], on others: [DataNode], _ cluster: Cluster) async {
        (remnants, unasked) = await cluster.remnants(of: lost, on: others)
    }

    /// A line for each node that has something, and for those that can't tell.
    var told: [String] {
        let nodes = Dictionary(grouping: remnants, by: \.node).sorted { $0.key < $1.key }
        var lines = nodes.map { node, remnants in
            let named = remnants.prefix(Self.mostNamed)
                .map { "\($0.table.shownName) with \(ByteCount.text(Int64($0.bytes)))" }
            let more = remnants.count - named.count
            let names = (named + (more > 0 ? ["\(more) more"] : [])).listed
            let command = "query --on \(Quoting.word(node)) SELECT count(*) FROM \(remnants[0].table.quoted)"
            return
                "\(node) has what had come over of lost chunks by copies that never ended, which nobody has compared: \(names); it "
                + "stays there, and '\(command)' counts its rows"
        }
        if !unasked.isEmpty {
            lines.append(
                "whether \(unasked.listed) \(unasked.count == 1 ? "has" : "have") something of them is not known")
        }
        return lines
    }

    /// What ``member`` is.
    static let shape = AnswerShape.list(.object([("node", .string), ("table", .string), ("bytes", .integer)]))

    /// The field `remnants` of the answer.
    var member: JSON.Member {
        JSON.Member(
            "remnants",
            .array(
                remnants.map { remnant in
                    .object([
                        JSON.Member("node", .string(remnant.node)),
                        JSON.Member("table", .string(remnant.table.shownName)),
                        JSON.Member("bytes", .integer(Int64(remnant.bytes))),
                    ])
                }))
    }
}
