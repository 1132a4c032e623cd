import Rendering
import Testing

/// One frame after another in the same place of a terminal.
@Suite struct ScreenFrameTests {
    @Test func eachLineIsClearedBehindItsEnd() {
        #expect(
            screenFrame("one\ntwo\n", columns: 10, rows: 5)
                == "\u{1B}[Hone\u{1B}[K\r\ntwo\u{1B}[K\r\n\u{1B}[J")
    }

    /// Erasing behind a line that fills its row would take its last character.
    @Test func aFullLineIsNotCleared() {
        #expect(screenFrame("0123456789", columns: 10, rows: 5) == "\u{1B}[H0123456789\r\n\u{1B}[J")
        let colored = "\u{1B}[32m0123456789\u{1B}[0m"
        #expect(screenFrame(colored, columns: 10, rows: 5) == "\u{1B}[H\(colored)\r\n\u{1B}[J")
    }

    /// More would make the terminal scroll, and the next frame begin elsewhere.
    @Test func whatDoesNotFitIsLeftOut() {
        let text = (1...9).map(String.init).joined(separator: "\n")
        #expect(screenFrame(text, columns: 10, rows: 4).split(separator: "\r\n").count == 4)
        #expect(screenFrame("a\n" + String(repeating: "b", count: 25), columns: 10, rows: 4).contains("b") == false)
        #expect(screenFrame("", columns: 0, rows: 0) == "\u{1B}[H\u{1B}[J")
    }
}
