/// What is laid out for the screen on which it is shown.
package protocol ScreenText: Sendable {
    /// - Parameters:
    ///   - width: in columns, which no line exceeds; nil where nothing is to be cut.
    ///   - height: how many lines fit; nil where all do.
    func lines(width: Int?, height: Int?, color: Bool) -> [String]
}
