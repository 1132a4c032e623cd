import ClusterAccess
import Rendering

/// How much there is to do, as `--dry-run` tells it to programs.
struct WorkEstimate {
    let chunks: Int
    /// Those that are copied.
    let bytes: Int64
    /// How long it takes one by one; nil where nobody knows.
    let time: Duration?

    /// What ``member`` is.
    static let shape = AnswerShape.object([("chunks", .integer), ("bytes", .integer), ("ms", .number)])

    /// The field `estimate` of the answer.
    var member: JSON.Member {
        JSON.Member(
            "estimate",
            .object([
                JSON.Member("chunks", .integer(Int64(chunks))), JSON.Member("bytes", .integer(bytes)),
                JSON.Member("ms", time.map { .number(JSON.rounded($0.milliseconds)) } ?? .null),
            ]))
    }
}
