import Sandbox

extension Sandbox {
    /// The sandbox of a name; without a name the only one.
    ///
    /// - Throws: when there is none.
    static func named(_ name: String?) throws(Failure) -> Sandbox {
        do throws(SandboxError) {
            if let sandbox = try Sandbox.find(name: name) { return sandbox }
        } catch {
            throw Failure(error)
        }
        throw Failure(
            name.map { "there is no sandbox \($0)" } ?? "there is no sandbox", remedy: "'sandbox up' starts one")
    }
}

extension ConnectionTarget {
    /// - Throws: when there is no sandbox of that name.
    package static func sandbox(named name: String) throws(Failure) -> ConnectionTarget {
        guard let target = ConnectionTarget(try Sandbox.named(name)) else {
            throw Failure("the sandbox \(name) has no access node")
        }
        return target
    }
}

extension Engine {
    /// As it is shown wherever the engine is named: what is emulated says so.
    var shownName: String {
        switch self {
        case .timescaledb(let version): "TimescaleDB \(version)"
        case .emulator: "emulated TimescaleDB"
        }
    }
}
