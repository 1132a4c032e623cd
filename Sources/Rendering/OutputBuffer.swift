/// Text under construction, as UTF-8: appending to bytes costs less than appending to a string.
struct OutputBuffer {
    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Appends `text` `count` times; nothing for a count below 1.
    mutating func append(_ text: String, times count: Int) {
        for _ in 0..<max(0, count) { append(text) }
    }

    /// Appends `count` spaces; nothing for a count below 1.
    mutating func pad(_ count: Int) {
        if count > 0 { bytes.append(contentsOf: repeatElement(0x20, count: count)) }
    }
}
