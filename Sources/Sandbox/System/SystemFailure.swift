import Glibc

/// The message of a failed system call, as in `strerror(3)`.
struct SystemFailure: CustomStringConvertible {
    let number: Int32

    /// - Parameter number: by default `errno`; read before anything else can set it.
    init(_ number: Int32 = errno) { self.number = number }

    var description: String {
        var buffer = [CChar](repeating: 0, count: 256)
        // The XSI form: Glibc's own, which returns a pointer, isn't visible without _GNU_SOURCE.
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return text(of: buffer)
    }
}

/// The text of a C string in a buffer.
func text(of buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The value of an environment variable; nil too when it is empty.
func environmentValue(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
}
