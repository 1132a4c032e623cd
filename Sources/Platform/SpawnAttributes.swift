package import Glibc

/// How a program is spawned by `posix_spawn(3)`: with the default for each signal, and none of them blocked. The event
/// loop's threads block signals, and who runs tscl in the background of a script has SIGINT ignored; a child inherits both.
///
/// - Parameter flags: further ones, of `posix_spawnattr_setflags(3)`.
package func withSpawnAttributes<Value>(
    _ flags: Int16 = 0, _ body: (inout posix_spawnattr_t) throws -> Value
) rethrows -> Value {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | flags)
    return try body(&attributes)
}
