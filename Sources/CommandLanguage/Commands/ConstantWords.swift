extension Invocation {
    /// Whether the words are the same whatever value variables have; of SQL nothing is said.
    var isConstant: Bool { words.allSatisfy { !$0.hasVariables } }

    /// What is wrong with its words once braces are replaced; nil also if that depends on variables.
    package var fault: Diagnostic? {
        guard needsExpansion, isConstant else { return nil }
        do throws(Diagnostic) {
            _ = try Arguments(self, variables: Variables())
            return nil
        } catch {
            return error
        }
    }

    /// Whether braces make other words of those that the parser has checked, or names may stand there twice.
    private var needsExpansion: Bool {
        words.contains { $0.hasBraces } || syntax.hasDistinctOperands && operandCount > 1
    }
}
