import Rendering

/// What is told besides data, as it is put together: `"note: \(node) has no chunks"`.
///
/// Its own line ends part its lines. Those in what is put into it, a name of a server's above all, are escaped as
/// ``printable(_:)`` does: else a name could say something by itself, at the beginning of a line.
package struct Message: ExpressibleByStringInterpolation, Sendable {
    package private(set) var text: String

    package init(stringLiteral value: String) { text = value }

    package init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

    static func + (_ first: Message, _ second: Message) -> Message {
        var whole = first
        whole.text += second.text
        return whole
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(2 * literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += printable(value.description)
        }

        /// Puts in a part of the message, with its own lines.
        package mutating func appendInterpolation(_ part: Message) { text += part.text }

        /// Puts in a text of several lines, as a server may send it. The further ones are indented, so that none of them
        /// looks like a message of its own or like what is told below one.
        package mutating func appendInterpolation(lines value: String) {
            text += value.split(whereSeparator: \.isNewline).map { printable(String($0)) }.joined(separator: "\n    ")
        }
    }
}
