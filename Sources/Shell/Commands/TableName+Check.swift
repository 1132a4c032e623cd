import CommandLanguage
import MultiNode

extension TableName {
    /// Why a text is not the name of a table; nil if it is.
    static func problem(_ text: String) -> (message: String, help: String?)? {
        do throws(MultiNodeError) {
            _ = try TableName(text)
            return nil
        } catch {
            return (error.message, error.help)
        }
    }
}
