/// Isolates what lives on the event loop. Whatever does calls what else does as any function: without a hop of the executor,
/// and without `await` where nothing waits.
@globalActor package actor LoopActor {
    package static let shared = LoopActor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }
}
