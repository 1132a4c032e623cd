import ClusterAccess
import MultiNode

extension SequenceArrival {
    /// Where sequences stand, in one statement for many, as there may be hundreds, and writers wait.
    ///
    /// - Parameter ask: the server that has them.
    /// - Returns: of each that is there as of ``standing(of:)``, by its place in the list.
    static func standings(
        of names: [TableName], _ ask: MigrationTarget.Ask
    ) async throws(ClusterError) -> [Int: [String: String?]] {
        var standings: [Int: [String: String?]] = [:]
        for start in stride(from: 0, to: names.count, by: batch) {
            let part = Array(names[start..<min(start + batch, names.count)])
            for row in try await ask(Self.standings(of: part)) {
                if let number = (row["number"] ?? nil).flatMap({ Int($0) }) { standings[start + number] = row }
            }
        }
        return standings
    }

    /// Those of the access node's sequences that another server has, too, with where they stand there.
    ///
    /// - Parameters:
    ///   - sequences: each with the table of that server whose column it may belong to.
    ///   - ask: that server.
    static func given(
        _ sequences: [(sequence: SequenceArrival, table: TableName)], _ ask: MigrationTarget.Ask
    ) async throws(ClusterError) -> [SequenceArrival] {
        var found: [(sequence: SequenceArrival, name: TableName)] = []
        for start in stride(from: 0, to: sequences.count, by: batch) {
            let part = sequences[start..<min(start + batch, sequences.count)]
            for row in try await ask(given(part.map(\.sequence), in: part.map(\.table))) {
                guard let number = (row["number"] ?? nil).flatMap({ Int($0) }),
                    sequences.indices.contains(start + number)
                else { continue }
                found.append((sequences[start + number].sequence, name(row: row)))
            }
        }
        let standings = try await standings(of: found.map(\.name), ask)
        return found.enumerated().compactMap { number, found in
            standings[number].map { found.sequence.standing(there: $0) }
        }
    }

    /// Lets sequences of the access node go on behind what another server has given.
    ///
    /// - Parameters:
    ///   - given: of ``given(_:_:)``.
    ///   - ask: the access node.
    /// - Returns: those that no table is known to use, and that have gone on.
    static func goOn(
        behind given: [SequenceArrival], _ ask: MigrationTarget.Ask
    ) async throws(ClusterError) -> [TableName] {
        let now = try await standings(of: given.map(\.sequence), ask)
        var others: [TableName] = []
        for (number, sequence) in given.enumerated() {
            guard let statement = sequence.advanceHere(from: now[number] ?? [:]) else { continue }
            _ = try await ask(statement)
            if !sequence.isUsed { others.append(sequence.sequence) }
        }
        return others
    }

    /// What is told of those.
    static func told(_ others: [TableName]) -> String? {
        if others.isEmpty { return nil }
        return
            "\(others.map(\.shownName).listed) \(others.count == 1 ? "goes" : "go") on, too, behind what was given there, as functions may take numbers from \(others.count == 1 ? "it" : "them")"
    }
}
