/// Finds what a mistyped word was probably meant to be.
package enum Suggestion {
    /// The candidate nearest to a word, or nil when none is near enough to be meant.
    ///
    /// Near means an edit distance (insertions, deletions, replacements, swaps of neighbours) of at most a third of the
    /// word's length, at least one, or a candidate that the word is the beginning of.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased().utf8)
        // Dashes alone are the beginning of every option, and so mean none.
        guard wanted.contains(where: { $0 != UInt8(ascii: "-") }), wanted.count <= 63 else { return nil }
        let limit = max(1, (wanted.count + 1) / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let bytes = Array(candidate.lowercased().utf8)
            var distance = abs(bytes.count - wanted.count) > limit ? Int.max : editDistance(wanted, bytes)
            if distance > limit, wanted.count >= 2, bytes.starts(with: wanted) { distance = limit }
            if distance <= limit, distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.candidate
    }

    /// Damerau's distance in its restricted form (optimal string alignment), over bytes.
    package static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var current = [Int](repeating: i + 1, count: b.count + 1)
            for j in b.indices {
                let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
                current[j + 1] = min(replaced, last[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = current
        }
        return last[b.count]
    }
}
