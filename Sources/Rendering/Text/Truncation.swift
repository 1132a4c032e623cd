/// `text`, cut between grapheme clusters if it fills more than `width` terminal cells. A text that was cut ends in
/// `ellipsis`, if that fits.
package func truncated(_ text: String, to width: Int, ellipsis: String = LineDrawing.ascii.ellipsis) -> String {
    guard displayWidth(of: text) > width else { return text }
    let ending = displayWidth(of: ellipsis) <= width ? ellipsis : ""
    var room = width - displayWidth(of: ending)
    var result = ""
    for cluster in text {
        room -= displayWidth(of: cluster)
        if room < 0 { break }
        result.append(cluster)
    }
    return result + ending
}
