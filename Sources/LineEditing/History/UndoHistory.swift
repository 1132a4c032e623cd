/// What the line was before each of its changes, so that they can be undone one by one. What is typed without a break
/// counts as one change, word by word.
struct UndoHistory {
    struct State: Equatable {
        let text: [Unicode.Scalar]
        let cursor: Int
    }

    /// The last is the line as it is.
    private var states: [State] = []
    /// Whether the last change was a character typed behind another.
    private var isTyping = false

    /// How many changes can be undone.
    private static let limit = 500

    /// Notes the line as it is before the next key.
    mutating func note(_ line: (text: [Unicode.Scalar], cursor: Int)) {
        let state = State(text: line.text, cursor: line.cursor)
        guard let last = states.last else { return states.append(state) }
        guard last.text != state.text else {
            // Who moves away and types begins another change.
            if last.cursor != state.cursor { isTyping = false }
            states[states.count - 1] = state
            return
        }
        let isTyped = state.text.count == last.text.count + 1 && state.cursor == last.cursor + 1
        let goesOn = isTyped && isTyping && state.text[last.cursor] != " "
        if goesOn, states.count > 1 { states.removeLast() }
        states.append(state)
        if states.count > Self.limit { states.removeFirst(states.count - Self.limit) }
        isTyping = isTyped
    }

    /// The line before the last change; nil where there is none.
    mutating func undo() -> State? {
        guard states.count > 1 else { return nil }
        states.removeLast()
        isTyping = false
        return states.last
    }
}
