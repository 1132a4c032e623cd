import CommandLanguage
import MultiNode
import Rendering

extension Arguments {
    /// The tables that an option names.
    func tables(_ option: String) throws(Diagnostic) -> [TableName] {
        var names: [TableName] = []
        for value in values(option) { names.append(try table(value)) }
        return names
    }

    func table(_ value: Argument) throws(Diagnostic) -> TableName {
        do throws(MultiNodeError) {
            return try TableName(value.text)
        } catch {
            throw problem(error.message, at: value)
        }
    }
}
