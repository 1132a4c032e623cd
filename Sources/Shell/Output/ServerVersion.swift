import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// Formats the number that libpq gives for a server's version.
enum ServerVersion {
    /// `150018` is 15.18.
    static func text(_ number: Int) -> String { "\(number / 10_000).\(number % 10_000)" }
}
