import FaultProxy
import Foundation
import Sandbox
import Testing

/// A command, run while something goes wrong.
struct FaultTrial {
    let command: FaultedCommand
    let kind: FaultKind
    let proxied: ProxiedCluster
    let number: Int

    private static let limit = "3s"
    /// More than any command may take that has the limit, with the time for what it asks when that has passed.
    private static let patience: TimeInterval = 25

    func run(at moment: FaultProxy.Moment) async throws {
        for line in command.before { try await mustSucceed(line) }
        let proxy = try proxied.proxy(kind.server)
        let struck = proxy.struck
        let result = try await result(at: moment, of: proxy)
        let hasStruck = proxy.struck > struck
        for proxy in proxied.proxies.values { proxy.mend() }
        let said = "\(command.command) while \(kind.name): \(result.status)\n\(result.output)\(result.errors)"
        record(said)
        #expect(result.status >= 0, "it must end in time: \(said)")

        // Nothing stays in doubt, whatever happened.
        #expect(
            try await eventually {
                let healed = try await proxied.cluster.run("heal dn1 dn2 --timeout 10s")
                guard healed.status == 0 else { return false }
                for node in proxied.cluster.sandbox.nodes {
                    let left = try await proxied.cluster.query(node.name, "SELECT gid FROM pg_prepared_xacts")
                    if !left.isEmpty { return false }
                }
                return true
            }, "nothing may stay in doubt: \(said)")
        var sessions: [String] = []
        _ = try await eventually {
            sessions = try await self.sessions()
            return sessions.isEmpty
        }
        #expect(sessions.isEmpty, "no session may stay: \(said)")

        judge(result, try await effects(), hasStruck: hasStruck || isOutage, said)
        for line in command.after { _ = try await proxied.cluster.run(text(line)) }
    }

    private var isOutage: Bool {
        if case .throughout = kind.when { true } else { false }
    }

    // MARK: Running

    private func result(at moment: FaultProxy.Moment, of proxy: FaultProxy) async throws -> Program.Result {
        let struck = proxy.struck
        if isOutage { proxy.strike(kind.fault) } else { proxy.arm(kind.fault, moment) }
        let limit = kind.needsLimit ? ["--timeout", Self.limit] : []
        let running = try proxied.program.start(limit + ["-c", text(command.command)])
        running.closeInput()
        if let signal = kind.signal {
            // A command that never sends the statement ends by itself.
            _ = await eventually(Self.patience) { proxy.struck > struck || running.hasEnded }
            running.signal(signal)
            if kind.goesOn { proxy.release() }
        }
        return await running.end(patience: Self.patience)
    }

    private func text(_ template: String) -> String {
        command.text(template, number: number, port: proxied.proxies["dn2"]?.port ?? 0)
    }

    private func mustSucceed(_ line: String) async throws {
        let result = try await proxied.cluster.run(text(line))
        try #require(result.status == 0, "\(text(line)): \(result.errors)")
    }

    // MARK: What happened

    private func effects() async throws -> [String: Bool] {
        var effects: [String: Bool] = [:]
        for (node, sql) in command.effects {
            effects[node] = try await proxied.cluster.query(node, text(sql)).first?.first == "t"
        }
        return effects
    }

    /// The sessions of tscl that are still there, but those of the tests themselves.
    private func sessions() async throws -> [String] {
        var found: [String] = []
        for node in proxied.cluster.sandbox.nodes {
            found += try await proxied.cluster.query(
                node.name,
                """
                SELECT pid || ' ' || state || ' ' || query FROM pg_stat_activity
                WHERE application_name = 'tscl' AND pid <> pg_backend_pid()
                """
            ).map { "\(node.name): \($0.first.flatMap(\.self) ?? "")" }
        }
        return found
    }

    // MARK: The judgement

    private func judge(_ result: Program.Result, _ effects: [String: Bool], hasStruck: Bool, _ said: String) {
        let text = result.output + result.errors
        let all = effects.values.allSatisfy { $0 }
        let none = !effects.values.contains(true)
        let found = "\(said)\nfound: \(effects)"
        if command.isAtomic { #expect(all || none, "all or nothing: \(found)") }

        // On a busy machine the time may be over before.
        let isTooSlow = kind.needsLimit && ["time limit", "does not answer"].contains { text.contains($0) }
        if !hasStruck, kind.signal == nil, !isTooSlow {
            #expect(result.status == 0, "nothing went wrong: \(found)")
        }
        let leavesOpen = ["not known", "in doubt", "took effect"].contains { text.contains($0) }
        if result.status == 0, !command.isReading {
            #expect(all, "it says that it is done: \(found)")
        } else if !command.isReading, !leavesOpen, !text.contains("done") {
            #expect(none, "it does not say that anything is done: \(found)")
        }
        // Whose fault it is.
        guard hasStruck, result.status != 0, kind.signal == nil else { return }
        if kind.isOfDataNode {
            // Who is silent the emulator's access node does not hear in time: dblink's least limit is 2 seconds.
            let canTell = !kind.needsLimit || proxied.cluster.sandbox.engine != .emulator
            #expect(!canTell || text.contains("dn2") || text.contains("n\(number)"), "the node is named: \(found)")
            #expect(!text.contains("access node was lost"), "it is not the access node: \(found)")
            #expect(result.status != 3, "it is not the access node: \(found)")
        } else if !command.command.contains("dn2") {
            #expect(!text.contains("dn1") && !text.contains("dn2"), "it is no data node: \(found)")
        }
    }

    /// Adds a line to the table that a report shows, in the file that TSCL_FAULTS names.
    private func record(_ said: String) {
        guard let path = ProcessInfo.processInfo.environment["TSCL_FAULTS"], path.hasPrefix("/") else { return }
        let line = said.replacingOccurrences(of: "\n", with: " ⏎ ") + "\n"
        guard let file = fopen(path, "a") else { return }
        fputs(line, file)
        fclose(file)
    }
}
