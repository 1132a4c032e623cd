/// Text that a server has sent. It is to be UTF-8, and is not where the statement has changed client_encoding, and in what
/// all databases share, as names of roles and pg_stat_activity, where it comes from one with another encoding: the server
/// sends that as it is.
extension String {
    /// A name or a message; what is no UTF-8 in it is written as `\xE9`.
    init(sent text: UnsafePointer<CChar>) {
        if let valid = String(validatingCString: text) {
            self = valid
        } else {
            self = Self.escaping(
                UnsafeBufferPointer(start: text, count: Self.length(of: text)).map(UInt8.init(bitPattern:)))
        }
    }

    private static func length(of text: UnsafePointer<CChar>) -> Int {
        var length = 0
        while text[length] != 0 { length += 1 }
        return length
    }

    /// A value of which some is no UTF-8: that is written as `\xE9`. Where it stands in an array or in JSON, whose readers take a
    /// backslash for the beginning of something else, so that they read this.
    init(undecoded value: UnsafeRawBufferPointer) {
        let isWithin = value.first == UInt8(ascii: "{") || value.first == UInt8(ascii: "[")
        self = Self.escaping(Array(value), by: isWithin ? #"\\x"# : #"\x"#)
    }

    private static func escaping(_ bytes: [UInt8], by mark: String = #"\x"#) -> String {
        var text = ""
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var position = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let units):
                text.unicodeScalars.append(Unicode.UTF8.decode(units))
                position += units.count
            case .error(let length):
                for byte in bytes[position..<position + length] {
                    text += mark + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
                position += length
            case .emptyInput: return text
            }
        }
    }
}
