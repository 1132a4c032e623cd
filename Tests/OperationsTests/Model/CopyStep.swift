import ClusterAccess
import MultiNode
import Operations

/// A step like those that move chunks: it asks the cluster whether it is needed, sends several statements, weighs bytes
/// and reports its progress.
struct CopyStep: Step {
    let name: String
    let weight: Int64
    let client: ModelClient

    var plan: Plan { Plan(SQL(text: "COPY \(name)", shown: "COPY \(name)")) }

    func isNeeded() async throws(ClusterError) -> Bool { try await !isCopied() }

    func run(_ report: StepReport) async throws(ClusterError) -> Int64 {
        report.waits(for: "a lock")
        for part in 1...3 {
            try await client.call(name, .preparation, within: .seconds(10)) { _, _ in .success(()) }
            report.progressed(to: Double(part) / 4)
        }
        let name = name
        try await client.call(name, .effect, within: .seconds(10)) { state, _ in
            state.copies.insert(name)
            return .success(())
        }
        return weight
    }

    func result(after error: ClusterError) async throws(ClusterError) -> Int64? {
        try await isCopied() ? weight : nil
    }

    private func isCopied() async throws(ClusterError) -> Bool {
        let name = name
        return try await client.call(name, .question, within: .seconds(5)) { state, _ in
            .success(state.copies.contains(name))
        }
    }
}
