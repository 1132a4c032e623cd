import Rendering
import Testing

@Suite struct OperationLinesTests {
    private let operation = OperationLines(
        inHand: [
            .init("_hyper_1_2_chunk", fraction: 0.52), .init("日本"), .init("dn4", waitsFor: "a lock\non conditions"),
            .init("dn5", fraction: 1, waitsFor: "a slot"),
        ], done: 12, failed: 1, total: 40, fraction: 0.309, timeLeft: .seconds(130))

    @Test func whatHoldsItUpAndHowMuchIsBehindIsTold() {
        let lines = OperationLines(
            inHand: [.init("a", waitsFor: "a lock"), .init("b", waitsFor: "a slot"), .init("c")], done: 1, failed: 0,
            total: 9, fraction: 0.25, amount: "2 MB of 8 MB, 1 MB/s")
        #expect(lines.summary == "1 of 9 done, 3 in hand; 25 %, 2 MB of 8 MB, 1 MB/s")
        #expect(lines.summaryWithWaits == lines.summary + "; a waits for a lock, and 1 more wait")
    }

    @Test func aLineForEachThingInHandAndOneForTheWhole() {
        #expect(
            operation.render(width: 100, height: 24) == [
                "_hyper_1_2_chunk  [##########----------]  52 %",
                "日本              running",
                "dn4               waits for a lock\\non conditions",
                "dn5               [####################] 100 %  waits for a slot",
                "[#########---------------------] 12 of 40 done, 4 in hand, 1 failed; 30 %, 2 min left",
            ])
    }

    @Test func asManyAsFit() {
        #expect(operation.render(width: 60, height: 6).count == 5)
        #expect(
            operation.render(width: 60, height: 5) == [
                "_hyper_1_2_chunk  [##########----------]  52 %",
                "日本              running",
                "and 2 more",
                "[#----] 12 of 40 done, 4 in hand, 1 failed; 30 %, 2 min left",
            ])
        #expect(operation.render(width: 60, height: 3).count == 2)
        for height in -1...2 { #expect(operation.render(width: 60, height: height).count == 1) }
    }

    @Test func noLineIsWiderThanTheTerminal() {
        for width in 0..<90 {
            for lines in LineDrawing.allCases {
                let text =
                    operation.render(width: width, height: 24, lines: lines)
                    + operation.render(width: width, height: 4, lines: lines)
                #expect(text.allSatisfy { displayWidth(of: $0) <= width })
            }
        }
        #expect(operation.render(width: 30, height: 2) == ["12 of 40 done, 4 in hand, 1..."])
    }

    @Test func aWaitStandsOut() {
        #expect(
            operation.render(width: 80, height: 24, color: true)[2...3] == [
                "dn4               \u{1B}[33mwaits for a lock\\non conditions\u{1B}[0m",
                "dn5               [####################] 100 %  \u{1B}[33mwaits for a slot\u{1B}[0m",
            ])
    }

    @Test func theWholeInOneLine() {
        #expect(operation.summary == "12 of 40 done, 4 in hand, 1 failed; 30 %, 2 min left")
        #expect(summary(done: 0, total: 40, fraction: 0) == "0 of 40 done; 0 %")
        let passedOver = OperationLines(inHand: [], done: 1, failed: 1, passedOver: 5, total: 7, fraction: 1)
        #expect(passedOver.summary == "1 of 7 done, 1 failed, 5 not begun; 100 %")
        #expect(summary(done: 39, total: 40, fraction: 0.9999) == "39 of 40 done; 99 %")
        #expect(summary(done: 40, total: 40, fraction: 1, left: .zero) == "40 of 40 done; 100 %, 0 s left")
        #expect(summary(done: 0, total: 0, fraction: .nan) == "0 of 0 done; 0 %")
    }

    @Test func aStandstillHasAReason() {
        func text(_ waitsFor: String?) -> String {
            OperationLines(
                inHand: [.init("c", waitsFor: waitsFor)], done: 0, failed: 0, total: 1, fraction: 0,
                standstill: "it waits for dn1"
            ).summaryWithWaits
        }
        #expect(text(nil) == "0 of 1 done, 1 in hand; 0 %; it waits for dn1")
        #expect(text("a slot") == "0 of 1 done, 1 in hand; 0 %; c waits for a slot; it waits for dn1")
    }

    private func summary(done: Int, total: Int, fraction: Double, left: Duration? = nil) -> String {
        OperationLines(inHand: [], done: done, failed: 0, total: total, fraction: fraction, timeLeft: left).summary
    }

    @Test(arguments: [
        (-5.0, "0 s"), (0.9, "0 s"), (59.9, "59 s"), (60, "1 min"), (89, "1 min"), (90, "2 min"), (3569, "59 min"),
        (3570, "1 h"), (3600, "1 h"), (12_000, "3 h 20 min"), (86_399, "1 d"), (187_000, "2 d 4 h"),
    ])
    func timeLeft(seconds: Double, text: String) {
        #expect(
            summary(done: 0, total: 1, fraction: 0, left: .seconds(seconds)) == "0 of 1 done; 0 %, \(text) left")
    }
}
