import ClusterAccess
import CommandLanguage
import Operations
import Platform
import Rendering

/// What a command works with: values and services that are its own while it runs. It changes the session only through
/// the effects in its outcome.
package final class CommandContext: Sendable {
    /// With the time limit of this command.
    let cluster: Cluster
    /// The session's settings, changed by the command's own options.
    let settings: Settings
    let output: Output
    /// As they were when the command began.
    let variables: Variables
    let target: ConnectionTarget
    /// The one that the session began with.
    let firstTarget: ConnectionTarget
    /// When the command began.
    let started: ContinuousClock.Instant
    /// Lets the command be asked to stop between two steps.
    let stopping: Stopping
    /// Asks all its operations to stop: where one has stopped, the next begins nothing.
    @LoopActor var stop: Stop {
        let stop = ownStop ?? Stop()
        ownStop = stop
        return stop
    }
    /// Made for those that have steps.
    @LoopActor private var ownStop: Stop?
    /// How far it is.
    let course = Lock(Course())
    /// The commands typed at the prompt, oldest first; nil without a prompt.
    let typedCommands: (@Sendable () -> [String])?
    /// Whether standard input is free for other use, because commands come from elsewhere.
    let inputIsFree: Bool
    /// The rows that stand behind the command in a stream of commands.
    let rows: ArrivingRows?

    /// How far a command is, as those tell who look after it.
    struct Course: Sendable {
        /// Whether it has begun to change something.
        var hasBegun = false
        /// What it was found to wait for last; unknown as long as it has not taken long.
        var waitCause = WaitCause.unknown
    }

    init(
        cluster: Cluster, settings: Settings, output: Output, variables: Variables, target: ConnectionTarget,
        firstTarget: ConnectionTarget, started: ContinuousClock.Instant, stopping: Stopping,
        typedCommands: (@Sendable () -> [String])?, inputIsFree: Bool, rows: ArrivingRows?
    ) {
        self.cluster = cluster
        self.settings = settings
        self.output = output
        self.variables = variables
        self.target = target
        self.firstTarget = firstTarget
        self.started = started
        self.stopping = stopping
        self.typedCommands = typedCommands
        self.inputIsFree = inputIsFree
        self.rows = rows
    }

    /// All commands, for those that explain them.
    var commands: CommandTable { Catalogue.table }

    var presentation: Presentation { Presentation(output, settings) }
}
