/// Isolates what lives on the event loop. Whatever does calls what else does as any function: without a hop of the executor,
/// and without `await` where nothing waits.
@globalActor package actor LoopActor {
    private static let instance = LoopActor()

    /// Always the same, which the compiler is told: of functions that are inlined into each other it leaves out the hops.
    package static var shared: LoopActor {
        @_effects(readnone) get { instance }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }
}
