import Rendering
import Testing

@Suite struct ProgressLinesTests {
    private var progress: ProgressLines {
        var progress = ProgressLines(nodes: ["dn1", "data-2", "日本", "dn4"])
        progress.update(node: "data-2", state: .running)
        progress.update(node: "日本", state: .done("healed 3"))
        progress.update(node: "dn4", state: .failed("timed out\nafter 30 s"))
        progress.update(node: "unknown", state: .failed(""))
        return progress
    }

    @Test func aLineForEachNode() {
        #expect(
            progress.render(width: 80, height: 24) == [
                "dn1     waiting",
                "data-2  running",
                "日本    done  healed 3",
                "dn4     failed  timed out\\nafter 30 s",
            ])
    }

    @Test func noLineIsWiderThanTheTerminal() {
        #expect(
            progress.render(width: 17, height: 24) == [
                "dn1     waiting",
                "data-2  running",
                "日本    done  ...",
                "dn4     failed...",
            ])
        #expect(progress.render(width: 6, height: 24, lines: .unicode)[1...2] == ["data-…", "日本 …"])
        for width in 0..<40 {
            let lines = progress.render(width: width, height: 24) + progress.render(width: width, height: 2)
            #expect(lines.allSatisfy { displayWidth(of: $0) <= width })
        }
    }

    @Test func colorsTheStateAlone() {
        #expect(
            progress.render(width: 80, height: 24, color: true)[2...3] == [
                "日本    \u{1B}[32mdone\u{1B}[0m  healed 3",
                "dn4     \u{1B}[31mfailed\u{1B}[0m  timed out\\nafter 30 s",
            ])
    }

    @Test(arguments: [(5, 4), (4, 1), (1, 1), (0, 1)])
    func oneLineForAllWhereTheyDoNotFit(height: Int, count: Int) {
        #expect(progress.render(width: 80, height: height).count == count)
    }

    @Test func summary() {
        #expect(
            progress.render(width: 80, height: 4) == [
                "[###############---------------] 2 of 4 nodes, 1 running, 1 failed"
            ])
        #expect(progress.render(width: 42, height: 4) == ["[###---] 2 of 4 nodes, 1 running, 1 failed"])
        #expect(progress.render(width: 20, height: 4) == ["2 of 4 nodes, 1 r..."])
    }

    @Test func manyNodesAreSummedUpWhateverTheHeight() {
        let names = (1...201).map { "dn\($0)" }
        #expect(ProgressLines(nodes: names).render(width: 80, height: 1000).count == 1)
        #expect(ProgressLines(nodes: names.dropLast()).render(width: 80, height: 1000).count == 200)
    }

    @Test func noNodes() {
        #expect(ProgressLines(nodes: []).render(width: 80, height: 24).isEmpty)
    }

    @Test func redrawsInPlace() {
        #expect(redraw(["a", "b"], over: 0) == "\r\u{1B}[2Ka\n\r\u{1B}[2Kb\n\r\u{1B}[J")
        #expect(redraw(["a"], over: 2) == "\u{1B}[2A\r\u{1B}[2Ka\n\r\u{1B}[J")
        #expect(redraw([], over: 3) == "\u{1B}[3A\r\u{1B}[J")
    }
}
