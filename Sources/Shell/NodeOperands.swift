import CommandLanguage
import MultiNode
import Rendering

extension Session {
    /// The nodes that operands select.
    func nodes(_ operands: [Argument], of arguments: Arguments) async throws(Failure) -> [DataNode] {
        try select(operands, from: try await dataNodes(), of: arguments)
    }
}
