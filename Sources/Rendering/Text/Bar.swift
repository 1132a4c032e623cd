/// A bar of `width` terminal cells of which `fraction`, from 0 to 1, is filled.
///
/// It is rounded down, so only finished work looks full. `.unicode` fills the last cell by eighths. NaN counts as 0.
package func bar(fraction: Double, width: Int, lines: LineDrawing = .ascii) -> String {
    guard width > 0 else { return "" }
    let filled = fraction.isNaN ? 0 : Double(width) * min(max(fraction, 0), 1)
    let whole = Int(filled)
    switch lines {
    case .ascii:
        return String(repeating: "#", count: whole) + String(repeating: "-", count: width - whole)
    case .unicode:
        let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        let part = eighths[Int((filled - Double(whole)) * 8)]
        return String(repeating: "█", count: whole) + part
            + String(repeating: " ", count: width - whole - part.count)
    }
}
