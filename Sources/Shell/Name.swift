import MultiNode

/// Names that a user wrote, as PostgreSQL takes them.
enum Name {
    static func node(_ text: String) throws(Failure) -> NodeName {
        do throws(MultiNodeError) {
            return try NodeName(text)
        } catch {
            throw Failure(error.message, remedy: error.help)
        }
    }

    static func table(_ text: String) throws(Failure) -> TableName {
        do throws(MultiNodeError) {
            return try TableName(text)
        } catch {
            throw Failure(error.message, remedy: error.help)
        }
    }

    static func role(_ text: String) throws(Failure) -> RoleName {
        do throws(MultiNodeError) {
            return try RoleName(text)
        } catch {
            throw Failure(error.message, remedy: error.help)
        }
    }
}
