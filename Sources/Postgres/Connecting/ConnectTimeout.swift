/// How long connecting may take: name resolution, all hosts of a list, and authentication together.
package enum ConnectTimeout: Sendable, Equatable {
    /// At most this; `connect_timeout` may make it shorter.
    case atMost(Duration)
    /// This, where `connect_timeout` says nothing else; it may be longer.
    case usually(Duration)

    package var duration: Duration {
        switch self {
        case .atMost(let duration), .usually(let duration): duration
        }
    }

    /// The time for several hosts.
    ///
    /// - Parameter secondsForEach: `connect_timeout`; zero or less is no limit, as in libpq, and nil is none given.
    func whole(hosts: Int, secondsForEach: Int?) -> Duration {
        guard let secondsForEach else { return duration }
        // Enough to count as none, and not too much to be added to a time.
        let year = Duration.seconds(365 * 86_400)
        let asked = secondsForEach > 0 ? min(year, .seconds(min(secondsForEach, 365 * 86_400)) * hosts) : year
        return switch self {
        case .atMost(let duration): min(duration, asked)
        case .usually: asked
        }
    }
}
