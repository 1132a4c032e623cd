import CommandLanguage
import MultiNode

extension Arguments {
    /// The tables that arguments name.
    func tables(_ values: [Argument]) throws(Diagnostic) -> [TableName] {
        try values.map { value throws(Diagnostic) in try table(value) }
    }

    func table(_ value: Argument) throws(Diagnostic) -> TableName {
        do throws(MultiNodeError) {
            return try TableName(value.text)
        } catch {
            throw problem(error.message, at: value)
        }
    }
}
