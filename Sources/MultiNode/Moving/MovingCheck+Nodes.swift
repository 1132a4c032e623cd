/// Obstacles that lie with a data node as a whole: whether it may be used, and what its server allows.
extension MovingCheck {
    /// Nodes that are gone or unavailable. The engine takes an unavailable one as either end, and fails half-way.
    var ofNodes: [MovingObstacle] {
        names.compactMap { name in
            guard let node = nodes[name] else {
                return MovingObstacle(
                    name, "there is no data node of that name", remedy: "'node list' shows the nodes",
                    chunks: moves(naming: name))
            }
            guard !node.isAvailable else { return nil }
            return MovingObstacle(
                name, "it is marked unavailable: nothing can be copied from it or to it",
                remedy: "node enable \(Quoting.word(name))", chunks: moves(naming: name))
        }
    }

    /// What a server lacks for a single copy, and which bounds are too tight.
    var ofCapacity: [MovingObstacle] {
        let (sources, destinations) = (Set(copies.map(\.source)), Set(copies.compactMap(\.destination)))
        let limits = limits
        return names.flatMap { name -> [MovingObstacle] in
            guard let answer = answers[name], let limit = limits[name] else { return [] }
            var found: [MovingObstacle] = []
            func add(_ text: String, _ remedy: String, _ chunks: [Int]) {
                found.append(MovingObstacle(name, text, remedy: remedy, chunks: chunks))
            }
            let (from, to) = (copies(from: name), copies(to: name))
            if sources.contains(name) {
                if answer.facts.walLevel != "logical" {
                    add(
                        "wal_level is \(answer.facts.walLevel): no chunk can be copied from it",
                        "on its server, ALTER SYSTEM SET wal_level = logical, and restart it", from)
                }
                if limit.source < 1 {
                    let capacity = MovingCapacity(answer.facts, as: .source)
                    add(
                        "\(capacity.bound), and each copy from it needs 2\(sharing(name)): it would hang",
                        capacity.remedy(for: max(1, sharers(of: name).count)), from)
                }
            }
            if destinations.contains(name), limit.destination < 1 {
                let capacity = MovingCapacity(answer.facts, as: .destination)
                add(
                    "\(capacity.bound), and each copy to it needs 2\(sharing(name)): it would hang",
                    capacity.remedy(for: max(1, sharers(of: name).count)), to)
            }
            return found + ofRole(name, answer.facts, from: from, to: to)
        }
    }

    /// A subscription takes a superuser, a replication slot one who may replicate.
    private func ofRole(_ name: String, _ facts: NodeMovingFacts, from: [Int], to: [Int]) -> [MovingObstacle] {
        guard !otherRoles.contains(name), !facts.isSuperuser else { return [] }
        let remedy = "connect as a superuser of all nodes: -U NAME"
        if !to.isEmpty {
            return [
                MovingObstacle(
                    name, "this role is no superuser there: it can make no subscription, by which chunks are copied",
                    remedy: remedy, chunks: to)
            ]
        }
        guard !from.isEmpty, !facts.isReplicator else { return [] }
        return [
            MovingObstacle(
                name, "this role is neither a superuser there nor may it replicate: it can make no replication slot",
                remedy: remedy, chunks: from)
        ]
    }

    /// What is replicated from a node has no part in the cluster: for it a chunk that comes is new.
    var ofPublications: [MovingObstacle] {
        Set(copies.compactMap(\.destination)).sorted().compactMap { name in
            guard let facts = answers[name]?.facts, !facts.publications.isEmpty else { return nil }
            let (subject, verb) =
                facts.publications.count == 1 ? ("the publication", "is") : ("the publications", "are")
            return MovingObstacle(
                name,
                "\(subject) \(facts.publications.listed) there \(verb) FOR ALL TABLES: whoever replicates from it gets all rows of each "
                    + "chunk that comes there as INSERTs, once more where it has them of another node",
                remedy:
                    "publish chosen tables there in its place, or have whoever replicates pass over rows that it has",
                isBlocking: false, chunks: copies(to: name))
        }
    }

    func copies(from node: String) -> [Int] { copies.filter { $0.source == node }.map(\.chunk) }

    func copies(to node: String) -> [Int] { copies.filter { $0.destination == node }.map(\.chunk) }

    /// The nodes of these moves that are on a node's server, itself among them.
    private func sharers(of name: String) -> [String] {
        guard let own = answers[name]?.server else { return [name] }
        return names.filter { answers[$0]?.server?.isSame(as: own) ?? false }
    }

    private func sharing(_ name: String) -> String {
        let others = sharers(of: name).filter { $0 != name }
        return others.isEmpty ? "" : ", as do those of \(others.listed) on the same server"
    }
}
