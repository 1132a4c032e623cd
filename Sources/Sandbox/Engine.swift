/// What answers the multi-node calls in a sandbox.
package enum Engine: Sendable, Equatable {
    /// The extension itself.
    case timescaledb(version: String)
    /// An emulation of its control interface in SQL, for servers that do not offer the extension.
    case emulator
}

extension Engine: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timescaledb(let version): "timescaledb \(version)"
        case .emulator: "emulator"
        }
    }

    init?(_ description: String) {
        if description == "emulator" {
            self = .emulator
        } else if let version = description.split(separator: " ").last, description == "timescaledb \(version)" {
            self = .timescaledb(version: String(version))
        } else {
            return nil
        }
    }
}

/// Which engine a new sandbox is to use.
package enum EngineChoice: String, Sendable, CaseIterable {
    /// TimescaleDB where the servers offer a version with multi-node, else the emulator. The environment variable
    /// `TSCL_ENGINE` (`timescaledb` or `emulator`) decides instead when it is set.
    case automatic
    case timescaledb
    case emulator

    /// The choice with the environment taken into account.
    package func resolved(environment: String?) throws(SandboxError) -> EngineChoice {
        guard self == .automatic, let environment, !environment.isEmpty else { return self }
        guard let choice = EngineChoice(rawValue: environment) else {
            throw SandboxError(
                .usage, "TSCL_ENGINE is \"\(environment)\"",
                hint: "Set it to timescaledb, emulator or automatic, or not at all.")
        }
        return choice
    }
}
