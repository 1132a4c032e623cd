import SystemPackage
import Testing

@testable import Platform

@Suite struct UserFolderTests {
    /// The account has the home /home/me; it exists, and so does /elsewhere.
    @Test(
        arguments: [
            (["XDG_STATE_HOME": "/state", "HOME": "/home/me"], "/state/tscl"),
            (["XDG_STATE_HOME": "/state/", "HOME": "/missing"], "/state/tscl"),
            (["XDG_STATE_HOME": "state", "HOME": "/home/me"], "/home/me/.local/state/tscl"),
            (["HOME": "/elsewhere"], "/elsewhere/.local/state/tscl"),
            ([:], "/home/me/.local/state/tscl"),
            (["HOME": "/missing"], nil),
            (["HOME": "me"], nil),
            (["XDG_CONFIG_HOME": "/configuration", "HOME": "/missing"], nil),
        ] as [([String: String], FilePath?)])
    func isWhereTheEnvironmentOrTheAccountSays(variables: [String: String], path: FilePath?) {
        #expect(folder(.state, variables, account: "/home/me") == path)
    }

    @Test(arguments: [nil, "", "/missing"])
    func anAccountWithoutAHomeHasNone(account: String?) {
        #expect(folder(.state, [:], account: account) == nil)
        #expect(folder(.state, ["HOME": "/elsewhere"], account: account) == "/elsewhere/.local/state/tscl")
    }

    @Test func configurationHasAPlaceOfItsOwn() {
        #expect(folder(.configuration, [:], account: "/home/me") == "/home/me/.config/tscl")
        #expect(folder(.configuration, ["XDG_CONFIG_HOME": "/c"], account: nil) == "/c/tscl")
    }

    private func folder(_ folder: UserFolder, _ variables: [String: String], account: String?) -> FilePath? {
        folder.path(
            environment: { variables[$0] }, passwordDatabase: { account },
            exists: { ["/home/me", "/elsewhere"].contains($0) })
    }
}
