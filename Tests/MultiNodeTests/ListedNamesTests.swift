import MultiNode
import Testing

@Suite struct ListedNamesTests {
    @Test func fewAreAllNamed() {
        #expect([String]().listed == "")
        #expect(["a", "b"].listed == "a, b")
        #expect((1...20).map { "n\($0)" }.listed.hasSuffix("n19, n20"))
    }

    @Test func ofManyTwentyAreNamedAndAllCounted() {
        #expect((1...7000).map { "n\($0)" }.listed.hasSuffix("n19, n20 and 6980 more, 7000 in all"))
    }
}
