package import MultiNode
import Postgres

/// A server's answers, statement by statement.
package struct CannedServer: Sendable {
    /// Used in order; the last one is kept.
    package var openings: [Opening] = [.accepted]
    /// The reply to every statement that has none of its own.
    package var otherwise = Reply.refused("there is no canned answer", sqlstate: "0A000")
    /// The reply to whether the access node reaches the right nodes.
    package var proof = Reply.done("CALL")
    /// By the text of the statement; used in order, the last one is kept.
    private var replies: [String: [Reply]] = [:]

    package init() {}

    package mutating func answer(_ sql: SQL, _ replies: Reply...) { self.replies[sql.text] = replies }

    /// The same for replies that are in a list.
    package mutating func replies(to sql: SQL, _ replies: [Reply]) { self.replies[sql.text] = replies }

    /// Whether it lets in whoever comes next, and is not silent.
    var accepts: (Bool, isSilent: Bool) {
        switch openings.first ?? .accepted {
        case .accepted, .held, .password: (true, false)
        case .refused: (false, false)
        case .silence: (false, true)
        }
    }

    mutating func opening() -> Opening {
        let opening = openings.first ?? .accepted
        if openings.count > 1 { openings.removeFirst() }
        return opening
    }

    /// - Returns: nil if it has no reply of its own.
    mutating func reply(to text: String) -> Reply? {
        guard let reply = replies[text]?.first else { return text.isProof ? proof : nil }
        if replies[text, default: []].count > 1 { replies[text]?.removeFirst() }
        return reply
    }
}
