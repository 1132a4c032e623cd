import CommandLanguage
import MultiNode
import Postgres
import Rendering

extension Failure {
    static let noNodes = Failure("there are no data nodes", remedy: "'node add' adds them")
}
