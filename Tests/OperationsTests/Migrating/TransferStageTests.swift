import Operations
import Testing

/// How far the copy of a chunk is told to be.
@Suite struct TransferStageTests {
    @Test func rowsThatAreOverAreNotAllOfIt() {
        let stages: [TransferStage] = [.moved(0), .moved(50), .moved(100), .moved(5000), .filled, .proved]
        let fractions = stages.map { $0.fraction(of: 100) }
        #expect(fractions == fractions.sorted() && fractions[1] < fractions[2])
        #expect(fractions[3] == fractions[4] && fractions[4] < fractions[5] && fractions[5] < 0.9)
        #expect(TransferStage.moved(1).fraction(of: 0) <= 0.35)
    }
}
