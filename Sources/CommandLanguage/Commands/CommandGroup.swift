/// Commands that stand under one heading in lists, in the order of the headings.
package enum CommandGroup: String, CaseIterable, Sendable {
    case session = "Session"
    case sql = "SQL"
    case nodes = "Data nodes"
    case roles = "Roles"
    case hypertables = "Hypertables"
    case chunks = "Chunks"
    case migration = "The way out of multi-node"
    case healing = "Healing"
    case jobs = "Jobs"
    case recovery = "Recovery"
    case control = "Control, in scripts and at the prompt"
    case settings = "Settings and variables"
    case sandbox = "Sandbox, a cluster on this machine"
    case help = "Help"

    package var title: String { rawValue }
}
