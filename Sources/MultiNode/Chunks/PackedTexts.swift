/// Many short texts, one behind the other: each by itself would take several times its bytes.
struct PackedTexts: Sendable {
    /// Where a text begins.
    struct Place: Sendable {
        fileprivate let start: Int32
        fileprivate static let none = Place(start: -1)
    }

    /// Each ends with a zero, which no text of PostgreSQL contains.
    private var bytes: [UInt8] = []
    /// The texts that were asked for last: the end of one range is mostly the start of the next.
    private var recent: [(text: String, place: Place)] = []

    /// In bytes.
    var count: Int { bytes.count }

    mutating func add(_ text: String?) -> Place {
        guard let text else { return .none }
        if let known = recent.first(where: { $0.text == text }) { return known.place }
        let place = Place(start: Int32(clamping: bytes.count))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
        if recent.count == 2 { recent.removeFirst() }
        recent.append((text, place))
        return place
    }

    /// Nil for the place of none.
    subscript(place: Place) -> String? {
        guard place.start >= 0 else { return nil }
        let rest = bytes[Int(place.start)...]
        return String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
    }
}
