import Platform

/// Completion with Tab.
extension EditSession {
    /// Puts in what is sure; where several go on from here, lists them.
    func complete() {
        let line = editLine.line
        let offsets = line.text.utf8Offsets
        let completion = configuration.complete(line.text.asString, offsets[line.cursor])
        guard let first = completion.candidates.first,
            let start = offsets.firstIndex(of: completion.replacing.lowerBound),
            let end = offsets.firstIndex(of: completion.replacing.upperBound), start <= end
        else { return ring() }

        if completion.candidates.count == 1 {
            var insert = first.insert
            let follows = end < line.text.count ? line.text[end] : nil
            // In the middle of a line there may be a space already.
            if insert.hasSuffix(" "), follows == " " { insert.removeLast() }
            editLine.replace(start..<end, with: insert)
            if insert != first.insert { editLine.moveCursor(to: editLine.line.cursor + 1) }
            return
        }

        let typed = line.text[start..<end].reduce(into: "") { $0.unicodeScalars.append($1) }
        let common = completion.commonPrefix
        // A candidate may differ from what was typed in its case or by a quote before it.
        if common.unicodeScalars.count > typed.unicodeScalars.count {
            editLine.replace(start..<end, with: common)
        } else {
            let list = CandidateColumns(
                labels: completion.candidates.map(\.label), summaries: completion.candidates.map(\.summary))
            printBelow(list.lines(columns: size.columns, rows: size.rows, charset: configuration.charset))
        }
    }
}

extension Array where Element == Unicode.Scalar {
    /// Where each character, and the end, is in UTF-8.
    var utf8Offsets: [Int] {
        reduce(into: [0]) { $0.append($0[$0.count - 1] + UTF8.width($1)) }
    }
}
