extension Invocation {
    /// Whether the words are the same whatever value variables have; of SQL nothing is said.
    package var isConstant: Bool {
        operands.allSatisfy(\.isConstant) && options.allSatisfy { $0.values.allSatisfy(\.isConstant) }
    }
}

extension Word {
    fileprivate var isConstant: Bool { Self.areConstant(pieces) }

    private static func areConstant(_ pieces: [Piece]) -> Bool {
        pieces.allSatisfy { piece in
            switch piece {
            case .text, .range: true
            case .variable: false
            case .alternatives(let alternatives, _): alternatives.allSatisfy(areConstant)
            }
        }
    }
}
