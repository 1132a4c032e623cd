import MultiNode
import Testing

@Suite struct NodeMovingQuestionTests {
    private typealias It = MovingFixture

    /// The names of all would take more room than the plan of their moves.
    @Test func manyChunksAreAskedForInParts() {
        let chunks = (1...12_000).map { It.chunk($0, on: ["dn1", "dn3"]) }
        let moves = chunks.map { It.move($0.id, from: "dn1", to: "dn2") }
        func questions(_ node: String) -> [NodeMovingQuestion] {
            let numbered = Dictionary(uniqueKeysWithValues: chunks.map { ($0.id, $0) })
            return Array(NodeMovingQuestions(of: moves, numbered, on: node, It.catalog()))
        }
        let taking = questions("dn2")
        #expect(taking.map(\.chunks.count) == [5000, 5000, 2000])
        #expect(taking.flatMap(\.chunks) == chunks.map(\.name) && taking.allSatisfy(\.sources.isEmpty))
        // Each of them has another copy.
        #expect(questions("dn1").flatMap(\.sources) == chunks.map(\.name))
        #expect(questions("dn3").isEmpty)
    }
}
