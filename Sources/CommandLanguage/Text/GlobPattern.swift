/// A pattern over names: `*` any characters, `?` one, `[a-c]` one of a set (`[!…]` one not of it), `\` quotes.
package struct GlobPattern: Sendable {
    fileprivate enum Element: Sendable {
        case any
        case one
        case scalar(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], negated: Bool)
    }

    private var elements: [Element] = []

    package init(_ pattern: String) {
        var rest = Array(pattern.unicodeScalars)[...]
        // Where no set can end behind one bracket, none can behind the next.
        var mayClose = true
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": elements.append(.any)
            case "?": elements.append(.one)
            case "\\": elements.append(.scalar(rest.popFirst() ?? scalar))
            case "[":
                let set = mayClose ? Self.set(&rest) : nil
                if set == nil { mayClose = false }
                elements.append(set ?? .scalar(scalar))
            default: elements.append(.scalar(scalar))
            }
        }
    }

    /// A pattern that matches just this text; commas are escaped too, because they part the patterns of a list.
    package static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "*", "?", "[", "\\", ",": result.append("\\")
            default: break
            }
            result.append(scalar)
        }
        return String(result)
    }

    /// The patterns of a comma-separated list.
    package static func list(_ patterns: String) -> [String] {
        var results: [String] = []
        var current = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in patterns.unicodeScalars {
            if scalar == ",", !isEscaped {
                results.append(String(current))
                current = String.UnicodeScalarView()
            } else {
                current.append(scalar)
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        results.append(String(current))
        return results
    }

    /// The text of a pattern that selects nothing but one name; nil when it has an unescaped `*`, `?` or `[`.
    package static func plainText(_ pattern: String) -> String? {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            if isEscaped || scalar != "\\" {
                if !isEscaped, scalar == "*" || scalar == "?" || scalar == "[" { return nil }
                result.append(scalar)
                isEscaped = false
            } else {
                isEscaped = true
            }
        }
        if isEscaped { result.append("\\") }
        return String(result)
    }

    /// Takes time in the order of the two lengths' product, whatever the pattern.
    package func matches(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        var element = 0
        var index = 0
        var retry: (element: Int, index: Int)?
        while index < scalars.count {
            if element < elements.count, case .any = elements[element] {
                retry = (element + 1, index)
                element += 1
            } else if element < elements.count, elements[element].matches(scalars[index]) {
                element += 1
                index += 1
            } else if let last = retry {
                retry = (last.element, last.index + 1)
                element = last.element
                index = last.index + 1
            } else {
                return false
            }
        }
        return elements[element...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    /// The set behind a `[`; nil, and nothing taken, when it is not closed. A `]` that comes first is one of the set.
    private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Element? {
        var content = rest
        let negated = content.first == "!" || content.first == "^"
        if negated { content = content.dropFirst() }
        guard let close = content.dropFirst().firstIndex(of: "]") else { return nil }
        rest = content[(close + 1)...]
        content = content[..<close]
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = content.popFirst() {
            if content.first == "-", content.count >= 2 {
                content = content.dropFirst()
                if let last = content.popFirst(), first <= last { ranges.append(first...last) }
            } else {
                ranges.append(first...first)
            }
        }
        return .set(ranges, negated: negated)
    }
}

extension GlobPattern.Element {
    fileprivate func matches(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .any: false
        case .one: true
        case .scalar(let own): own == scalar
        case .set(let ranges, let negated): ranges.contains { $0.contains(scalar) } != negated
        }
    }
}
