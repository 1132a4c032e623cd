import Rendering
import Testing

@Suite struct BarTests {
    @Test(arguments: [
        (0, 4, "----"),
        (0.5, 4, "##--"),
        (0.99, 4, "###-"),
        (1, 4, "####"),
        (2, 4, "####"),
        (-1, 4, "----"),
        (.nan, 4, "----"),
        (.infinity, 4, "####"),
        (0.5, 0, ""),
        (0.5, -3, ""),
    ])
    func ascii(fraction: Double, width: Int, text: String) {
        #expect(bar(fraction: fraction, width: width) == text)
    }

    @Test(arguments: [
        (0, "    "),
        (0.125, "▌   "),
        (0.5, "██  "),
        (0.53, "██  "),
        (0.54, "██▏ "),
        (0.999, "███▉"),
        (1, "████"),
    ])
    func unicode(fraction: Double, text: String) {
        #expect(bar(fraction: fraction, width: 4, lines: .unicode) == text)
    }
}
