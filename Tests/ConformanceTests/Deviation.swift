/// Where the emulator answers otherwise than TimescaleDB, and why. There is no such list for TimescaleDB itself.
struct Deviation {
    let `case`: String
    /// Exactly these steps of the case deviate, counted from 1.
    let steps: ClosedRange<Int>
    let reason: String

    static let ofTheEmulator = [
        Deviation(
            case: "hypertable-with-data", steps: 5...13,
            reason: "it has no rows and no chunks: INSERT answers 0A000, and what follows finds nothing"),
        Deviation(
            case: "version", steps: 2...2,
            reason: "it never pretends: its version ends in -emulated"),
    ]
}
