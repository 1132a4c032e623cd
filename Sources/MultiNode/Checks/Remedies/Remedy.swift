/// What to do about an error.
///
/// The SQLSTATE decides. TimescaleDB's own begin with TS: `TS174` stands for a node that can't be added, `TS170` for too
/// few nodes. Words only tell apart what shares a SQLSTATE: TimescaleDB's are the same in every language, because it has
/// no translations; so are names of settings and key words of SQL. Where PostgreSQL's words are needed, which may be
/// translated, there is a case behind for the SQLSTATE as a whole, which is right for all of them.
package enum Remedy {
    /// The node that an error comes from: an access node forwards an error of `dn1` as `[dn1]: …`.
    package static func node(inMessage message: String) -> String? {
        guard message.hasPrefix("["), let end = message.firstIndex(of: "]"), message[end...].hasPrefix("]: ") else {
            return nil
        }
        let name = message[message.index(after: message.startIndex)..<end]
        return name.isEmpty ? nil : String(name)
    }

    /// Advice in one sentence; nil if there is nothing to add to the server's message.
    ///
    /// - Parameters:
    ///   - source: the file of the server's source that raised it.
    ///   - node: the data node, if the statement was sent to it directly and not through the access node.
    package static func remedy(
        sqlstate: String?, message: String, detail: String?, hint: String? = nil, source: String? = nil,
        node: String? = nil
    ) -> String? {
        let asked = node ?? Self.node(inMessage: message)
        let error = Report(
            sqlstate: sqlstate ?? "", texts: [message, detail ?? "", hint ?? ""], source: source ?? "",
            isOfNode: asked != nil, isDirect: node != nil, node: asked ?? unreached(inMessage: message))
        return cases.first { $0.applies(to: error) }?.advice(error)
    }

    /// Advice where nothing answers tscl at a node's address.
    package static func unseenFromHere(_ node: String) -> String {
        "tscl does not get there from here; 'node ping \(Quoting.word(node))' tells whether the access node does"
    }

    /// Advice where nothing answers the access node at a node's address.
    package static func nodeMayBeDown(_ node: String) -> String {
        """
        check that the server runs at that address; of a node that is down, 'node disable \(Quoting.word(node))' \
        lets reads go to other replicas
        """
    }

    /// How the advice begins where the access node does not tell which data node broke off.
    package static let someNodeStopped = "a data node's server stopped"

    /// Whether a hint of the server leads on: the engine refuses migrate_data for distributed hypertables.
    package static func isOfUse(hint: String) -> Bool {
        // One is of TimescaleDB's functions, the other of psql's commands.
        !hint.contains("migrate_data") && !hint.contains("\\copy")
    }

    /// Every piece of advice there is, once with a known node and once without, so that tests can check each.
    static var all: Set<String> {
        Set(
            cases.flatMap { known in
                [nil, "dn1"].map {
                    known.advice(
                        Report(sqlstate: "", texts: [], source: "", isOfNode: $0 != nil, isDirect: false, node: $0))
                }
            })
    }

    /// The node that the access node could not reach, or that it names in a message of TimescaleDB's: the text in the
    /// first pair of double quotes. Servers do not double a quote within the name, so only a plain word is certain to be
    /// the whole of it.
    package static func unreached(inMessage message: String) -> String? {
        guard message.contains("data node") || message.contains("connect to") else { return nil }
        let parts = message.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 && isWord(parts[1]) ? String(parts[1]) : nil
    }

    private static func isWord(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    }

    private static let cases: [Case] = addingCases + hypertableCases + runningCases + connectionCases + serverCases
}
