import CommandLanguage

struct RoleRevokeCommand: RoleUsageCommand {
    static let syntax = describe("revoke", "Let roles not use data nodes any more", "role revoke app --nodes dn3")
    static let grants = false
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}
