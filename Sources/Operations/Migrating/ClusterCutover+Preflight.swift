package import ClusterAccess
package import MultiNode

/// What is looked at before anybody waits.
extension ClusterCutover {
    /// - Throws: why the cut-over can't be done, and what to do about it.
    package func refuseIfImpossible() async throws(ClusterError) {
        let name = migration.source.shownName
        try await refuseUnrefreshed()
        if let node = nodes.first(where: { !$0.isAvailable }) {
            throw await lacking(
                node.name, because: "is marked unavailable",
                "'node enable \(Quoting.word(node.name))' where it is back")
        }
        do throws(ClusterError) {
            try await cluster.refuseWhatStaysPrepared(on: nodes)
        } catch {
            guard error.isSilence, let node = error.node, nodes.contains(where: { $0.name == node }) else {
                throw error
            }
            throw await lacking(
                node, because: "does not answer (\(error.summary))",
                "bring it back: 'node ping \(Quoting.word(node))' says why", kind: error.kind)
        }
        try await target.requireNewTable(of: migration, as: migration.target)
        if try await nameNow() == migration.source,
            try await cluster.send(CutoverHold.isThere(migration.aside)).value == "t"
        {
            throw ClusterError(
                "there is another table \(migration.aside.shownName), which is what the old one would be called",
                remedy: "sql ALTER TABLE \(migration.aside.quoted) RENAME TO … gives it another name")
        }
        try await refuseWhatHasChanged()
        let found = try await readAside()
        try await refuseStrangers(among: found)
        try await refuseLosses()
        if !target.isInPlace, let old = found.aggregates.first(where: { !$0.hasValues }) {
            throw ClusterError(
                "\(old.name.shownName) over \(name) has the old form of continuous aggregates, which can't go to another server",
                remedy: "sql CALL cagg_migrate('\(old.name.quoted)') makes it new; or drop it here")
        }
        try await refuseWhatTakesTooLong(found)
        if !found.aggregates.isEmpty, try await !(target.isInPlace ? capabilities : target.server()).isSuperuser {
            throw ClusterError(
                "only a superuser can make the continuous aggregates over \(name) anew with the rows that they have",
                remedy: target.isInPlace ? "connect as one: -U names the role" : "name one in --to: user=NAME")
        }
    }

    /// The error where a node can't take part, with what the target has of that node's rows: to do without it may lose none.
    private func lacking(
        _ node: String, because reason: String, _ remedy: String, kind: ClusterError.Kind = .refused
    ) async -> ClusterError {
        let survey = try? await cluster.survey(of: [migration], on: target, asksNodes: false)
        let told = survey.map { "; \(Self.held(of: node, $0.pairs))" } ?? ""
        return ClusterError(
            "\(node) \(reason), and a distributed table gets no other name without all of its nodes\(told)", kind: kind,
            node: node, remedy: "\(remedy), else 'node abandon \(Quoting.word(node))'; then again")
    }

    /// What is not only on a node: `the target has all 3 chunks that only dn2 has, with 408 rows, as they were when they were copied`.
    static func held(of node: String, _ pairs: [MigrationSurvey.Pair]) -> String {
        let sole = pairs.filter { $0.source?.nodes == [node] }
        if sole.isEmpty { return "other nodes have all of its chunks, too" }
        let copied = sole.compactMap(\.record).filter { $0.state == .copied && $0.holdsCopy }
        let chunks = { (count: Int) in count == 1 ? "1 chunk" : "\(count) chunks" }
        guard copied.count == sole.count else {
            return "of the \(chunks(sole.count)) that only it has the target lacks \(sole.count - copied.count)"
        }
        let rows = copied.reduce(0) { $0 + ($1.rows ?? 0) }
        return
            "the target has \(sole.count == 1 ? "the" : "all") \(chunks(sole.count)) that only it has, with \(rows) rows, as they were when they were copied: without it only what was written there since would be lost"
    }

    /// In place the rows of continuous aggregates are put into new ones while those who write wait.
    private func refuseWhatTakesTooLong(_ found: Dependents) async throws(ClusterError) {
        guard target.isInPlace, !found.aggregates.isEmpty else { return }
        let pause = try await cluster.pauseOfAggregates(over: migration.source)
        guard pause > limits.maxPause * Self.clearly else { return }
        throw ClusterError(
            "the rows of the continuous aggregates over \(migration.source.shownName) would keep those that write waiting for about \(pause.inSeconds), longer than --max-pause allows (\(limits.maxPause.inSeconds))",
            remedy: "\(again) --max-pause \(Int((pause * 1.5 / .seconds(1)).rounded(.up)))s")
    }

    /// The estimate is rather too long than too short: what is over by less is tried.
    private static let clearly = 1.5

    /// What was added to the table since the new one was made would be missing there.
    private func refuseWhatHasChanged() async throws(ClusterError) {
        guard try await nameNow() == migration.source,
            let table = try await cluster.chunkedTables().first(where: { $0.id == migration.sourceID })
        else { return }
        try refuse(try await cluster.definitions(of: [table]))
    }

    /// The same under the lock, as nobody changes it any more.
    func refuseWhatHasChangedHeld() async throws(ClusterError) {
        try refuse(try await holder.definitions(ofHeld: [migration.sourceID], capabilities))
    }

    private func refuse(_ found: [PlainHypertable]) throws(ClusterError) {
        guard let before = migration.definition, let now = found.first?.record(capabilities), now != before else {
            return
        }
        let name = Quoting.word(migration.source.shownName)
        let changes =
            PlainHypertable.difference(of: now, from: before)
            + PlainHypertable.difference(of: before, from: now).map { "not any more: \($0)" }
        throw ClusterError(
            "\(migration.source.shownName) is not what it was when the new table was made: \(changes.prefix(3).joined(separator: "; "))",
            remedy: "change it back; or 'migrate undo \(name)', which drops the new table, and begin anew")
    }

    /// What hangs on the table, over a connection of its own, whose search path lets all names be written in full.
    ///
    /// - Parameter table: nil for the one that has the name now.
    func readAside(of table: TableName? = nil) async throws(ClusterError) -> Dependents {
        try await qualified { own throws(ClusterError) in try await dependents(of: table, on: own) }
    }

    /// Asks the access node over a connection of its own, for which every name is qualified.
    func qualified<Answer>(
        _ work: (Cluster) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let own = Cluster(await cluster.connection.another(), listener: cluster.listener)
        do throws(ClusterError) {
            try await own.send(DefinitionReading.session)
            let answer = try await work(own)
            await own.connection.disconnect()
            return answer
        } catch {
            await own.connection.disconnect()
            throw error
        }
    }

    /// What is there of the same name, and is not ours, would be replaced, or be in the way.
    private func refuseStrangers(among found: Dependents) async throws(ClusterError) {
        if target.isInPlace || found.aggregates.isEmpty && found.relations.isEmpty { return }
        try await target.together(["SET LOCAL client_min_messages = warning", MadeThere.creation])
        let taken = try await target.send(MadeThere.strangers(among: found)).records
            .map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "") }
        if taken.isEmpty { return }
        throw ClusterError(
            "the target has something else of the name \(taken.map(\.shownName).listed), which the cut-over is to make there",
            node: target.node, remedy: "rename or drop it there, and try again")
    }

    /// What the cut-over sends to the access node when everything is copied.
    package func preview() async throws(ClusterError) -> Plan {
        let found = try await readAside()
        let renames = try await target.send(MigrationRename.list(of: migration)).records.map {
            MigrationRename(row: $0)
        }
        let isOn = try await recorded().jobsOff.union(found.policies.filter(\.isScheduled).map(\.job))
        let script = CutoverScript(migration, renames, found, isOn: isOn, capabilities)
        let off = found.policies.filter(\.isScheduled).map { $0.off(capabilities) }
        let hold = CutoverHold.statements(
            [migration.source], .againstWriters, waiting: min(limits.lockTimeout, limits.maxPause),
            limit: limits.maxPause + .seconds(5))
        let exchange =
            target.isInPlace
            ? script.inPlace + [migration.recordCutover(undo: script.undo, pause: .zero)] : script.leaving
        return Plan(off.map { .statement($0) } + [.transaction(hold + exchange)])
    }
}

extension Cluster {
    /// How often it is looked whether something that is prepared ends by itself, as the parts of those who write do.
    private static let looks = 10

    /// - Throws: where something prepared does not end.
    func refuseWhatStaysPrepared(on nodes: [DataNode]) async throws(ClusterError) {
        var left = StayingParts()
        left.keep(try await preparedParts(on: nodes))
        for _ in 1..<Self.looks {
            if left.nodes.isEmpty { return }
            try await waitForOthers()
            left.keep(try await preparedParts(on: nodes))
        }
        if left.nodes.isEmpty { return }
        throw ClusterError(
            "transactions are prepared on \(left.nodes.listed), and don't end",
            node: left.nodes.first, remedy: "'heal all' ends what is in doubt; then try again")
    }
}
