/// How long those that write to a hypertable wait while copies of a chunk of it are decided about.
enum ChunkHold {
    /// How long new writers wait behind one that is at work, before they go first again.
    static func longest(_ limit: Duration) -> Duration { min(limit, .seconds(3)) }

    /// Those that write to a chunk by its own name are waited for so long at least.
    static let shortest: Duration = .milliseconds(500)

    /// What is left of the time that writers may wait for a COMMIT, with its parts on the nodes, where there is enough of it.
    static let commit: Duration = .milliseconds(250)

    /// A time limit may be over so much before its time.
    static let grain: Duration = .milliseconds(20)

    /// How often a hold is tried.
    static let attempts = 5

    /// How long after the time that writers may wait the server still hears of who holds a hypertable.
    static let spare: Duration = .seconds(5)

    /// So often a hold may be given back because it would never have ended.
    static let standstills = 8

    /// How often it is looked whether a hold waits for somebody who waits for it. Most are over before the first look.
    static let look: Duration = .milliseconds(300)

    /// How often the server hears of who holds a hypertable: several times in ``ChunkCopySQL/longestSilence``.
    static let beat: Duration = .milliseconds(400)
}
