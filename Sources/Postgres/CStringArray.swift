import Glibc

/// A C array of strings: pointers to NUL-terminated UTF-8, with nil as NULL, and a NULL at the end.
struct CStringArray: ~Copyable {
    private let storage: UnsafeMutableBufferPointer<CChar>
    private let table: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>
    let count: Int

    /// No string may contain a NUL: C would end it there.
    init(_ strings: [String?]) {
        count = strings.count
        storage = .allocate(capacity: strings.reduce(0) { $0 + ($1.map { $0.utf8.count + 1 } ?? 0) })
        table = .allocate(capacity: strings.count + 1)
        var used = 0
        for (index, string) in strings.enumerated() {
            guard let string else {
                table.initializeElement(at: index, to: nil)
                continue
            }
            table.initializeElement(at: index, to: storage.baseAddress.map { UnsafePointer($0 + used) })
            for byte in string.utf8 {
                storage.initializeElement(at: used, to: CChar(bitPattern: byte))
                used += 1
            }
            storage.initializeElement(at: used, to: 0)
            used += 1
        }
        table.initializeElement(at: strings.count, to: nil)
    }

    deinit {
        storage.deallocate()
        table.deallocate()
    }

    /// Valid as long as this value is.
    var pointers: UnsafePointer<UnsafePointer<CChar>?>? {
        UnsafePointer(table.baseAddress)
    }
}
