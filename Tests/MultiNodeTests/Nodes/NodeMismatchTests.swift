import MultiNode
import Testing

/// Whether what answers at a node's address is the node.
@Suite struct NodeMismatchTests {
    private static let tables: Set<String> = ["1"]

    /// The node dn1, as the access node knows it.
    private func node(_ chunks: Set<String>, _ hypertables: Set<String> = tables) -> DataNode {
        DataNode(
            name: "dn1", host: "h", database: "d", contents: NodeContents(hypertables: hypertables, chunks: chunks))
    }

    private func state(
        _ chunks: Set<String>, _ hypertables: Set<String> = tables, cluster: String? = "c1", blank: Bool = false
    ) -> NodeState {
        func array(_ items: Set<String>) -> String { ArrayText.text(items.sorted()) }
        return NodeState(row: [
            "cluster": cluster, "hypertables": array(hypertables), "chunks": array(chunks), "blank": blank ? "t" : "f",
        ])
    }

    private func mismatch(
        _ node: DataNode, _ state: NodeState, others: [String: Set<String>] = [:]
    ) -> NodeMismatch? {
        let others = others.sorted { $0.key < $1.key }.map {
            (name: $0.key, contents: NodeContents(hypertables: Self.tables, chunks: $0.value))
        }
        return NodeMismatch(of: node, among: others, state, cluster: "c1")
    }

    @Test func whoHasItsChunksIsTheNode() {
        #expect(mismatch(node(["1 a", "2 b"]), state(["1 a", "2 b"]), others: ["dn2": ["1 c", "2 d"]]) == nil)
    }

    @Test func soIsWhoHasLostSome() {
        #expect(mismatch(node(["1 a", "2 b", "3 c"]), state(["2 b"]), others: ["dn2": ["1 c", "2 d"]]) == nil)
    }

    @Test func aReplicaWithTheSameNumberProvesNothingAgainstMore() {
        let node = node(["1 a", "2 b", "3 c", "4 d"])
        #expect(
            mismatch(node, state(["1 a", "5 e", "6 f"]), others: ["dn2": ["1 a", "5 e", "6 f"]]) == .otherNode("dn2"))
    }

    @Test func swappedNodesAreNamed() {
        #expect(
            mismatch(node(["1 a", "2 b"]), state(["1 c", "2 d"]), others: ["dn2": ["1 c", "2 d"]]) == .otherNode("dn2"))
    }

    @Test func aNodeWithoutChunksAtAnothersAddressIsNamed() {
        #expect(mismatch(node([], []), state(["1 c", "2 d"]), others: ["dn2": ["1 c", "2 d"]]) == .otherNode("dn2"))
        #expect(mismatch(node([]), state(["1 c", "2 d"]), others: ["dn2": ["1 c", "2 d"]]) == .otherNode("dn2"))
    }

    @Test func whatADetachedNodeKeepsProvesNothing() {
        #expect(mismatch(node([], []), state(["2 d"]), others: ["dn2": ["1 c", "2 d", "3 e"]]) == nil)
    }

    @Test func mirroredNodesAreAlike() {
        #expect(mismatch(node(["1 a"]), state(["1 a"]), others: ["dn2": ["1 a"]]) == nil)
    }

    @Test func anEmptyDatabaseIsNotTheNode() {
        #expect(mismatch(node(["1 a"]), state([], [], blank: true)) == .nothingOfIt(isBlank: true))
        #expect(mismatch(node([]), state([], [], blank: true)) == .nothingOfIt(isBlank: true))
        #expect(mismatch(node(["1 a"]), state([])) == .nothingOfIt(isBlank: false))
        #expect(mismatch(node([], []), state([], [], blank: true)) == nil, "a new node is empty")
    }

    @Test func strangersAreToldByTheirCluster() {
        #expect(mismatch(node(["1 a"]), state(["1 a"], cluster: "c2")) == .otherCluster("c2"))
        #expect(mismatch(node(["1 a"]), state(["1 a"], cluster: nil)) == .noCluster)
    }

    @Test func theTextSaysWhatItIs() {
        let node = node([])
        #expect(
            NodeMismatch.otherNode("dn2").text(node)
                == "what answers at h:5432, database d is not the data node dn1: it holds the data of dn2")
        #expect(NodeMismatch.accessNode.text(node).hasSuffix(": it is the access node itself"))
        #expect(NodeMismatch.otherCluster("c2").remedy(node).hasPrefix("node alter dn1 --host HOST"))
    }
}
