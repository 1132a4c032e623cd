extension Invocation {
    /// Whether the words are the same whatever value variables have; of SQL nothing is said.
    var isConstant: Bool { isLiteral || words.allSatisfy { !$0.hasVariables } }

    /// Whether names that must differ may be the same.
    var mayRepeat: Bool { syntax.hasDistinctOperands && operands.count > 1 }

    /// What is wrong with it as it stands: options that its SQL takes for a comment, or its words once braces are
    /// replaced; nil also if that depends on variables.
    package var fault: Diagnostic? { optionsInComment ?? faultOfWords }

    private var faultOfWords: Diagnostic? {
        guard !isLiteral || mayRepeat, isConstant else { return nil }
        do throws(Diagnostic) {
            _ = try Arguments(self, variables: Variables())
            return nil
        } catch {
            return error
        }
    }

    /// A warning about what was probably not meant so; nil where nothing looks so.
    package var warning: Diagnostic? { swallowedCommand ?? mistakableSet ?? rowsReadAsCommands }
}
