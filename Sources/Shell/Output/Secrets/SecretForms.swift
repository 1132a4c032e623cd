import MultiNode

/// Secrets in every form in which a text may contain them, found by how they begin.
///
/// A text is read once, however many secrets there are: a command may have one for each of thousands of roles.
struct SecretForms: Sendable {
    /// By their first bytes, as many as ``startLength``.
    private var longer: [UInt32: Set<[UInt8]>] = [:]
    /// Those that have fewer.
    private var shorter: Set<[UInt8]> = []

    private static let startLength = 4

    /// - Parameter least: as for ``Secrets/forms(of:ofAtLeast:)``.
    init(of secrets: [String] = [], ofAtLeast least: Int = 4) {
        insert(secrets, ofAtLeast: least)
    }

    mutating func insert(_ secrets: [String], ofAtLeast least: Int = 4) {
        for form in Secrets.forms(of: secrets, ofAtLeast: least).map({ Array($0.utf8) }) {
            if form.count < Self.startLength {
                shorter.insert(form)
            } else {
                longer[Self.start(form[...]), default: []].insert(form)
            }
        }
    }

    /// A text with these and other secrets masked.
    ///
    /// Those that overlap or touch are masked as one, so that no end of any is left. What is short is not taken out of the
    /// middle of a longer word: that word is another text, and would tell what was taken out of it, as a role pwf does of a
    /// password pw. Bytes are compared, because a combining mark after a secret changes its last Character, which would not
    /// match.
    func masking(in text: String, with others: SecretForms = SecretForms()) -> String {
        let bytes = Array(text.utf8)
        let found = places(in: bytes) + others.places(in: bytes)
        if found.isEmpty { return text }
        var shown: [UInt8] = []
        var end = 0
        for span in Self.spans(of: found, in: bytes) where span.isHidden {
            shown += bytes[end..<span.place.lowerBound] + SQL.mask.utf8
            end = span.place.upperBound
        }
        return String(decoding: shown + bytes[end...], as: UTF8.self)
    }

    /// Where each of them stands in a text.
    private func places(in text: [UInt8]) -> [Range<Int>] {
        if longer.isEmpty, shorter.isEmpty { return [] }
        var places: [Range<Int>] = []
        var start: UInt32 = 0
        for (last, byte) in text.enumerated() {
            start = start &<< 8 | UInt32(byte)
            let first = last + 1 - Self.startLength
            if first >= 0, let forms = longer[start] { places += Self.places(of: forms, at: first, of: text) }
            if !shorter.isEmpty { places += Self.places(of: shorter, at: last, of: text) }
        }
        return places
    }

    private static func places(of forms: Set<[UInt8]>, at first: Int, of text: [UInt8]) -> [Range<Int>] {
        forms.filter { text[first...].starts(with: $0) }.map { first..<first + $0.count }
    }

    private static func start(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(startLength).reduce(0) { $0 &<< 8 | UInt32($1) }
    }
}

extension SecretForms {
    /// What secrets cover without a gap.
    private struct Span {
        var place: Range<Int>
        var isHidden: Bool
    }

    /// How many bytes of a secret are in no other word by chance.
    private static let longEnough = 8

    private static func spans(of places: [Range<Int>], in text: [UInt8]) -> [Span] {
        var spans: [Span] = []
        for place in places.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let isHidden = place.count >= longEnough || !isPartOfWord(place, of: text)
            if let last = spans.last, place.lowerBound <= last.place.upperBound {
                let end = max(last.place.upperBound, place.upperBound)
                spans[spans.count - 1] = Span(
                    place: last.place.lowerBound..<end, isHidden: last.isHidden || isHidden)
            } else {
                spans.append(Span(place: place, isHidden: isHidden))
            }
        }
        return spans.map { Span(place: $0.place, isHidden: $0.isHidden || !isPartOfWord($0.place, of: text)) }
    }

    /// Whether a word goes on beyond one of the ends of a place.
    private static func isPartOfWord(_ place: Range<Int>, of text: [UInt8]) -> Bool {
        func goesOn(_ end: Int) -> Bool {
            end > 0 && end < text.count && isOfWord(text[end - 1]) && isOfWord(text[end])
        }
        return goesOn(place.lowerBound) || goesOn(place.upperBound)
    }

    /// Beyond ASCII it may be a mark of the character before it, so that nothing is said of a word.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
