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
            let columns = columns(of: invocation), !columns.isEmpty,
            let arguments = try? Arguments(invocation, variables: Variables())
        else { return nil }
        do throws(Failure) {
            _ = try Settings().with(arguments).chosen(of: columns)
            return nil
        } catch {
            return Diagnostic(error.message, at: written.span, in: invocation.source, help: error.remedy)
        }
    }

    /// All columns that a command may show, where they are known: its own, and those of what `--dry-run` shows. None of a
    /// command whose rows are a statement's.
    private static func columns(of invocation: Invocation) -> [Table.Column]? {
        guard let type = Catalogue.type(of: invocation) else { return nil }
        let own = type.columns
        guard type.syntax.changes, !(own.isEmpty && type.syntax.text != nil) else { return own }
        return own + (type.previewColumns.isEmpty ? Table.planColumns : type.previewColumns)
    }

    /// Refuses columns that the session chooses and a command does not have, before it does anything.
    func requireColumns(of invocation: Invocation) throws(Failure) {
        // A choice for several commands concerns only those that have rows of their own.
        guard columns != nil, let type = Catalogue.type(of: invocation), !type.columns.isEmpty,
            !(dryRun && type.syntax.changes)
        else { return }
        _ = try chosen(of: type.columns)
    }

    /// How tables for people are laid out.
    func tableStyle(_ output: Output) -> TableStyle {
        let automatic = output.dataTerminal == nil ? TableStyle.Expanded.never : .automatic
        return TableStyle(
            width: output.dataTerminal?.columns, color: output.usesColor && output.dataTerminal != nil,
            expanded: format == .expanded ? .always : automatic, null: nullText ?? NullCommand.standardText)
    }
}
