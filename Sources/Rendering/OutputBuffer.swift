/// Text under construction, as UTF-8: appending to bytes costs less than appending to a string.
package struct OutputBuffer: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Whether what is no UTF-8 was replaced in it.
    package internal(set) var hasUndecoded = false

    package init() {}

    package var count: Int { bytes.count }
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func append(_ text: String) { text.withBytes { append($0) } }

    mutating func append(_ text: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: text)
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Appends `text` `count` times; nothing for a count below 1.
    mutating func append(_ text: String, times count: Int) {
        text.withBytes { for _ in 0..<max(0, count) { append($0) } }
    }

    /// Appends `count` spaces; nothing for a count below 1.
    mutating func pad(_ count: Int) {
        if count > 0 { bytes.append(contentsOf: repeatElement(0x20, count: count)) }
    }

    /// Takes what is in it out.
    package mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Whether what was appended behind so many bytes is UTF-8.
    package func isUTF8(from start: Int, to end: Int? = nil) -> Bool {
        String(validating: bytes[start..<(end ?? bytes.count)], as: UTF8.self) != nil
    }

    /// Takes back what was appended behind so many bytes.
    package mutating func drop(from start: Int) { bytes.removeSubrange(start...) }

    /// Puts what was taken out in front again.
    package mutating func putBack(_ taken: ArraySlice<UInt8>) { bytes.insert(contentsOf: taken, at: 0) }

    /// Has what comes next be written where there was something that is not needed any more.
    package mutating func reuse(_ taken: inout [UInt8]) {
        guard bytes.isEmpty else { return }
        swap(&bytes, &taken)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension String {
    /// The bytes of the text, for the time of a call.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
