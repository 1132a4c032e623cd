import CommandLanguage
import Foundation
import Rendering
import Shell
import Testing

extension ShellTrial {
    /// Whoever reads answers relies on the columns that a command declares.
    static func requireDeclared(_ answer: String) {
        guard
            let object = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any],
            let name = object["command"] as? String, let columns = object["columns"] as? [String], !columns.isEmpty,
            let type = Catalogue.types.first(where: { $0.syntax.name == name }), type.syntax.group != .sql
        else { return }
        let declared = [type.columns, type.previewColumns, Table.planColumns].map { $0.map(\.name) }
        // Some may be chosen, in another order.
        let isDeclared = declared.contains { Set(columns).isSubset(of: $0) }
        #expect(isDeclared, "\(name) answers columns that it does not declare: \(columns)")
    }
}
