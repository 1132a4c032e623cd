/// What happens to a run from outside.
enum Intervention: Sendable {
    /// A request to stop: the first, or the second.
    case stop
    /// The task that runs the operation is cancelled.
    case cancel
    /// The process ends at once.
    case kill

    /// The interventions in one run, in order.
    static func draw(using random: inout SplitMix64) -> [Intervention] {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: []
        case 40..<55: [.stop]
        case 55..<70: [.stop, .stop]
        case 70..<80: [.cancel]
        case 80..<95: [.kill]
        default: [.stop, .kill]
        }
    }
}
