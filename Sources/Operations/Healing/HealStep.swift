package import ClusterAccess
package import MultiNode

/// Ends the transactions that one data node holds in doubt.
///
/// ``Healing/advance`` is to be sent once, before the first of these.
package struct HealStep: Step {
    private let node: DataNode
    private let statement: SQL
    private let isSuperuser: Bool
    private let limit: Duration
    private let deadline: ContinuousClock.Instant?
    private let site: any HealingSite
    private let now: @Sendable () -> ContinuousClock.Instant

    /// The time limit for asking a node what it still holds.
    private static let longestQuestion: Duration = .seconds(2)

    /// - Parameters:
    ///   - limit: for this node alone.
    ///   - deadline: for all nodes together; nil if there is none.
    package init(
        _ node: DataNode, _ capabilities: Capabilities, within limit: Duration,
        until deadline: ContinuousClock.Instant? = nil, at site: any HealingSite,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.node = node
        statement = Healing.statement(for: node, capabilities)
        isSuperuser = capabilities.isSuperuser
        self.limit = limit
        self.deadline = deadline
        self.site = site
        self.now = now
    }

    package var name: String { node.name }

    package var plan: Plan { isNeeded() ? Plan(statement) : Plan() }

    package func isNeeded() -> Bool { node.isAvailable }

    package func run(_ report: StepReport) async throws(ClusterError) -> HealResult {
        let started = now()
        let end = min(started + limit, deadline ?? started + limit)
        guard end > started else { throw .noTurn(of: node.name) }
        var ended = 0
        // Another session that ends the same ones at that moment fails this one, and what it has left is for another try.
        do throws(ClusterError) {
            let first = try await heal(from: started, to: end, report)
            guard first.state == .failed, now() < end else { return first }
            ended = first.healed
        } catch {
            guard error.isOvertaken, now() < end else { throw error }
        }
        return try await heal(from: now(), to: end, after: ended, report)
    }

    /// - Parameter before: how many transactions were ended at an earlier attempt.
    private func heal(
        from start: ContinuousClock.Instant, to end: ContinuousClock.Instant, after before: Int = 0,
        _ report: StepReport
    ) async throws(ClusterError) -> HealResult {
        let limit = start.duration(to: end)
        // Connecting takes as many round trips as healing.
        async let opened = site.approach(node, within: min(limit, Self.longestQuestion))
        let answer = try await site.heal(node, by: statement, within: limit, report).adding(before)
        let healed = answer.ended
        let way = await opened
        let timeLeft = now().duration(to: end)
        if !answer.warnings.isEmpty { return await whatIsLeft(after: answer, over: way, within: timeLeft) }
        guard timeLeft > .zero else { return .unverified(healed: healed, because: "no time is left") }
        do throws(ClusterError) {
            // What is left there is still in progress.
            let left = try await site.preparedCount(
                on: node, over: way, within: min(timeLeft, Self.longestQuestion))
            return left > 0
                ? .inProgress(left, healed: healed) : HealResult(healed > 0 ? .healed : .clean, healed: healed)
        } catch {
            return .unverified(healed: healed, because: error.summary)
        }
    }

    /// What the node still holds of what the access node could not end there. A warning is no success, unless nothing is
    /// left: then another session has ended it, or only the answer was lost.
    private func whatIsLeft(
        after answer: HealingAnswer, over way: (any Link)?, within timeLeft: Duration
    ) async -> HealResult {
        var unasked = "no time is left"
        if timeLeft > .zero {
            do throws(ClusterError) {
                let left = try await site.preparedCount(
                    on: node, over: way, within: min(timeLeft, Self.longestQuestion))
                if left == 0 { return .endedMeanwhile(healed: answer.ended) }
                return .refused(answer, isSuperuser: isSuperuser)
            } catch {
                unasked = error.summary
            }
        }
        return .refused(answer, unasked: unasked)
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> HealResult? {
        // After a timeout no time is left; after an interrupt somebody waits for the end.
        guard error.kind == .connectionLost || error.isOvertaken else { throw error }
        let left = try await site.preparedCount(on: node, over: nil, within: min(limit, Self.longestQuestion))
        guard left == 0 else { return nil }
        if error.isOvertaken { return .endedMeanwhile(healed: 0) }
        return HealResult(.clean, message: "the access node's answer was lost; nothing is in doubt there any more")
    }
}

extension ClusterError {
    /// Whether another session healed the same node at the same moment: both delete what the access node noted of it.
    fileprivate var isOvertaken: Bool { message.contains("tuple concurrently") }
}
