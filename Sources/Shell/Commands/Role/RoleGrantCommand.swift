import CommandLanguage

struct RoleGrantCommand: RoleUsageCommand {
    static let syntax = describe("grant", "Let roles use data nodes", "role grant app --nodes all")
    static let grants = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}
