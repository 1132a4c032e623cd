/// A function call. All but the first arguments use named notation, so that only those that were given are written.
struct FunctionCall {
    let function: SQL
    var arguments: [SQL]

    init(_ function: SQL, _ arguments: [SQL]) {
        self.function = function
        self.arguments = arguments
    }

    var text: SQL { "\(raw: function)(\(raw: arguments.joined(separator: ", ")))" }

    /// Of a function that returns rows.
    var table: SQL { "SELECT * FROM \(raw: text)" }

    /// Of a function that returns one value.
    var scalar: SQL { "SELECT \(raw: text)" }

    /// Of a procedure.
    var procedure: SQL { "CALL \(raw: text)" }
}
