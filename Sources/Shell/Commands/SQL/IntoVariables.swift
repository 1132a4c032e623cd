import CommandLanguage
import Postgres
import Rendering

extension QueryResult {
    /// A value as a variable has it: spelt as in JSON, and empty for NULL.
    func written(_ value: String?, inColumn index: Int) -> Variables.Value {
        Variables.Value(value.map { PostgresType(oid: columns[index].typeOID).value($0).text } ?? "")
    }
}

/// `--into a,b`: the values of the one row that a statement gives, one for each column.
struct IntoVariables {
    static let into = Option<Argument?>(
        "--into", "VAR[,VAR…]", .variables, "Put the one row that it returns into variables, one for each column")
    static let orNull = Flag("--or-null", "Where there is no row, or NULL in it, the variables are empty")

    private let names: [String]
    private let takesNull: Bool
    private let arguments: Arguments

    /// Nil where they are not asked for.
    init?(_ arguments: Arguments) {
        guard let written = arguments[Self.into]?.text else { return nil }
        names = written.split(separator: ",").map(String.init)
        takesNull = arguments[Self.orNull]
        self.arguments = arguments
    }

    /// - Parameter isUndone: whether the failure undoes the statement, with the transaction that it is in.
    func effects(of result: QueryResult, isUndone: Bool) throws(Failure) -> [Effect] {
        if let fault = fault(in: result) { throw failure(fault, of: result, isUndone: isUndone) }
        return names.enumerated().map { index, name in
            .variable(name, result.written(result.rows.first?[index], inColumn: index))
        }
    }

    private func fault(in result: QueryResult) -> String? {
        let (rows, columns) = (result.rows.count, result.columns.count)
        guard columns == names.count, rows == 1 || rows == 0 && takesNull else {
            return "there \(rows == 1 ? "is" : "are") \(rows.counted("row")) of \(columns.counted("column"))"
        }
        guard rows == 1, !takesNull, let null = names.indices.first(where: { result.rows[0][$0] == nil }) else {
            return nil
        }
        return names.count == 1 ? "this one is null" : "\(result.columns[null].name) is null"
    }

    private func failure(_ fault: String, of result: QueryResult, isUndone: Bool) -> Failure {
        let wanted = names.count == 1 ? "one value" : "one row of \(names.count) columns"
        let failure = Failure(arguments.problem("--into takes \(wanted), and \(fault)"))
        var told = isUndone ? failure : failure.behind(result, lacking: "value is missing")
        // Of too many rows or columns there is nothing that it would take.
        if !takesNull, result.rows.count < 2, result.columns.count == names.count {
            let advice = "--or-null leaves the variables empty for that"
            told.remedy = told.remedy.map { "\(advice); \($0)" } ?? advice
        }
        return told
    }
}
