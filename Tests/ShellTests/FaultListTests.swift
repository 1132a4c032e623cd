import CommandLanguage
import Testing

@testable import Shell

/// Of very many errors the first are kept, and all are counted.
@Suite struct FaultListTests {
    private let source = SourceText(name: "a", String(repeating: "x\n", count: 5000))

    private func fault(_ line: Int) -> Diagnostic { Diagnostic("wrong", at: Span(2 * line, 2 * line + 1), in: source) }

    @Test func nothingIsWrong() {
        #expect(FaultList().isEmpty)
        #expect(FaultList([]).isEmpty)
    }

    @Test func veryManyAreCountedAndNotKept() {
        var list = FaultList()
        for line in 0..<5000 { list.append(fault(line)) }
        #expect(list.count == 5000)
        #expect(list.first.count == 1000)
        #expect(list.first.last?.position.line == 1000)
    }

    @Test func whatIsFoundTwiceIsToldOnce() {
        var list = FaultList([fault(3), fault(1), fault(3), fault(1)])
        list.append(Diagnostic("wrong in another way", at: Span(2, 3), in: source))
        list.sort()
        #expect(list.count == 3)
        #expect(list.first.map(\.message) == ["wrong", "wrong in another way", "wrong"])
    }

    @Test func theyAreInTheOrderOfTheirPlaces() {
        var list = FaultList([fault(3), fault(1)])
        list.append(fault(2))
        list.sort()
        #expect(list.first.map(\.position.line) == [2, 3, 4])
    }
}
