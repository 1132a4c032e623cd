extension Invocation {
    /// Whether the words are the same whatever value variables have; of SQL nothing is said.
    package var isConstant: Bool { words.allSatisfy { !$0.hasVariables } }
}
