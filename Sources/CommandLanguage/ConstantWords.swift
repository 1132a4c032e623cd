extension Invocation {
    /// Whether the words are the same whatever value variables have; of SQL nothing is said.
    package var isConstant: Bool {
        operands.allSatisfy { $0.isConstant(in: source) }
            && options.allSatisfy { $0.values.allSatisfy { $0.isConstant(in: source) } }
    }
}

extension Word {
    fileprivate func isConstant(in source: SourceText) -> Bool { isPlain || Self.areConstant(pieces(in: source)) }

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
