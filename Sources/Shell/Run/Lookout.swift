import Platform

/// Has the command in hand looked after as soon as it takes long.
///
/// To begin and end a command costs next to nothing: this sleeps on meanwhile, and sees what is in hand when it wakes up.
@LoopActor final class Lookout {
    private var watch: CommandWatch?
    private var sleeping: Task<Void, Never>?

    nonisolated init() {}

    func begin(_ watch: CommandWatch) {
        self.watch = watch
        guard sleeping == nil else { return }
        sleeping = Task { [weak self] in
            while let next = self?.nextLook() {
                guard (try? await EventLoop.shared.sleep(until: next)) != nil else { return }
            }
        }
    }

    func end() { watch = nil }

    /// Forgets when it was to wake up.
    func wakeAnew() {
        sleeping?.cancel()
        sleeping = nil
    }

    /// Looks at what is in hand.
    ///
    /// - Returns: when to do so again; nil where nothing is in hand.
    private func nextLook() -> ContinuousClock.Instant? {
        guard let watch else {
            sleeping = nil
            return nil
        }
        guard watch.firstLook <= .now else { return watch.firstLook }
        // From then on it looks by itself; what comes behind it is not to be looked at before that time.
        watch.begin()
        return .now.advanced(by: watch.pace.interval)
    }
}
