import MultiNode

extension Probe {
    /// Whether the node answers; nil where it can't be told from here.
    ///
    /// A request that was not answered in time, that did not reach the server, or that this role may not make, says
    /// nothing of the node.
    var isUp: Bool? {
        switch state {
        case .up: true
        case .hanging, .interrupted: nil
        case .refused: error.flatMap { Self.tellsOfNoNode.contains($0.sqlstate ?? "") ? false : nil }
        case .down: error.flatMap { Self.tellsOfNoServer($0) ? false : nil }
        }
    }

    /// Whether the node is up for the cluster: the access node's way counts, where it was asked; nil where it can't be
    /// told.
    package var nodeIsUp: Bool? {
        if isUnproved { return false }
        return switch fromAccessNode {
        case .reached: error.map(\.isOfOpening) == false ? isUp : true
        case .unreached: false
        case .hanging: isUp == false ? false : nil
        case .unknown, nil: isUp
        }
    }

    /// The server is starting or stopping, or does not have the database.
    private static let tellsOfNoNode: Set = ["57P01", "57P02", "57P03", "3D000"]

    /// Whether its server is starting, recovers from a crash, or goes away.
    var isStarting: Bool {
        error.map { $0.isOfOpening && $0.sqlstate != "3D000" && Self.tellsOfNoNode.contains($0.sqlstate ?? "") }
            ?? false
    }

    /// Whether an answer came from the machine that no server listens there, or from the server that it goes away.
    private static func tellsOfNoServer(_ error: ClusterError) -> Bool {
        if error.kind == .connectionLost || error.sqlstate != nil { return true }
        return hasWordsOfNoServer(error)
    }

    /// libpq tells of errno by its text alone. tscl never sets LC_MESSAGES, so that its own is always English.
    static func hasWordsOfNoServer(_ error: ClusterError) -> Bool {
        let texts = [error.message, error.detail ?? ""]
        return ["Connection refused", "No such file or directory"].contains { words in
            texts.contains { $0.contains(words) }
        }
    }
}
