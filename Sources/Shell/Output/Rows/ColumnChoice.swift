import CommandLanguage
import Rendering

/// `--columns`: which columns are shown, and in what order.
extension Settings {
    /// The names in a list with commas between.
    package static func columns(in list: String) -> [String] {
        list.split(separator: ",", omittingEmptySubsequences: false).map { String($0.drop(while: \.isWhitespace)) }
    }

    /// The numbers of the chosen columns; nil where all are shown.
    ///
    /// - Throws: if there is none of a name.
    func chosen(of columns: [Table.Column]) throws(Failure) -> [Int]? {
        guard let names = self.columns else { return nil }
        var chosen: [Int] = []
        for name in names {
            guard let index = columns.firstIndex(where: { $0.name == name }) else {
                throw Self.unknown(name, among: columns.map(\.name))
            }
            chosen.append(index)
        }
        return chosen
    }

    func choosingColumns(of table: Table) throws(Failure) -> Table {
        try chosen(of: table.columns).map { table.choosing($0) } ?? table
    }

    private static func unknown(_ name: String, among columns: [String]) -> Failure {
        let nearest = Suggestion.nearest(to: name, among: columns)
        return Failure(
            "--columns: there is no column \(name)",
            remedy: nearest.map { "did you mean \($0)?" } ?? "there are \(columns.joined(separator: ", "))")
    }

    /// What is wrong with the columns that an invocation chooses, as far as its command has always the same.
    static func fault(of invocation: Invocation) -> Diagnostic? {
        guard let written = invocation.option(CommonOptions.columns),
            let columns = Catalogue.type(of: invocation)?.columns, !columns.isEmpty,
            let arguments = try? Arguments(invocation, variables: Variables())
        else { return nil }
        do throws(Failure) {
            _ = try Settings().with(arguments).chosen(of: columns)
            return nil
        } catch {
            return Diagnostic(error.message, at: written.span, in: invocation.source, help: error.remedy)
        }
    }

    /// How tables for people are laid out.
    func tableStyle(_ output: Output) -> TableStyle {
        let automatic = output.dataTerminal == nil ? TableStyle.Expanded.never : .automatic
        return TableStyle(
            width: output.dataTerminal?.columns, color: output.usesColor && output.dataTerminal != nil,
            expanded: format == .expanded ? .always : automatic, null: nullText ?? NullCommand.standardText)
    }
}
