import ClusterAccess
import CommandLanguage
import Rendering

/// What a command works with: values and services that are its own for as long as it runs. What it changes of the session
/// is in its outcome.
package struct CommandContext: Sendable {
    /// With the time limit of this command.
    let cluster: Cluster
    /// Those of the session, and what the command's own options say.
    let settings: Settings
    let output: Output
    /// As they were when the command began.
    let variables: Variables
    let target: ConnectionTarget
    /// All commands there are, for those that explain them.
    let commands: CommandTable
    /// How it is asked to stop between two steps.
    let stopping: Stopping
    /// The commands that a person has typed, oldest first; nil without a prompt.
    let typedCommands: (@Sendable () -> [String])?
    /// Whether standard input is not where the commands come from.
    let inputIsFree: Bool

    var presentation: Presentation { Presentation(output, settings) }
}
