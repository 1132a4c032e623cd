import MultiNode
import Shell
import Testing

@Suite struct RoleScriptTests {
    private static let note = "# passwords can't be read back: a role that logs in with one needs it set again"

    private func role(
        _ name: String, memberOf: [String] = [], _ change: (inout RoleAttributes) -> Void = { _ in }
    ) -> DatabaseRole {
        DatabaseRole(name: name, attributes: Self.attributes(change), memberOf: memberOf)
    }

    /// As they are read: every attribute is told.
    private static func attributes(_ change: (inout RoleAttributes) -> Void) -> RoleAttributes {
        var attributes = RoleAttributes()
        for flag: WritableKeyPath<RoleAttributes, Bool?> in [
            \.login, \.superuser, \.createDatabase, \.createRole, \.replication, \.bypassRowSecurity,
        ] {
            attributes[keyPath: flag] = false
        }
        attributes.inherit = true
        attributes.connectionLimit = -1
        attributes.validUntil = "infinity"
        change(&attributes)
        return attributes
    }

    private func onNodes(_ role: DatabaseRole) -> DatabaseRole {
        var attributes = role.attributes
        attributes.login = true
        return DatabaseRole(name: role.name, attributes: attributes, memberOf: role.memberOf)
    }

    private func lines(_ script: RoleScript) -> [String] { Array(script.lines.dropFirst()) }

    @Test func whatIsTheSameEverywhereIsOneCommandBehindItsGroups() {
        let group = role("writers")
        let app = role("app", memberOf: ["writers"]) {
            $0.login = true
            $0.createDatabase = true
            $0.connectionLimit = 5
            $0.validUntil = "2030-01-01 00:00:00+00"
        }
        let there = [onNodes(app), onNodes(group)]
        var script = RoleScript(own: [app, group], remote: [("dn1", there), ("dn2", there)])
        script.grants = ["app": ["dn1", "dn2"], "postgres": ["dn1"]]
        script.publicNodes = ["dn2"]
        #expect(
            script.lines == [
                Self.note, "role create writers --everywhere --if-not-exists",
                "role create app --everywhere --login --createdb --connection-limit 5 "
                    + "--valid-until '2030-01-01 00:00:00+00' --in-role writers --if-not-exists",
                "role grant app --nodes 'dn1,dn2'", "role grant public --nodes dn2",
            ])
    }

    @Test func mappingsAreMadeWithoutTheirPasswords() {
        var script = RoleScript(own: [], remote: [])
        script.mappings = UserMappings([
            ["node": "dn1", "role": "app", "visible": "t", "remote": "o'r", "holds_password": "t"],
            ["node": "dn1", "role": nil, "visible": "t", "remote": "all", "holds_password": "f"],
            ["node": "dn2", "role": "app", "visible": "f", "remote": nil, "holds_password": "f"],
        ])
        #expect(
            lines(script) == [
                "# a user mapping whose password can't be read back; this makes it:",
                "# role map app --on dn1 --as 'o''r' --password-prompt",
                "# what the user mapping of app on dn2 says can't be seen as this role",
                "role map public --on dn1 --as all",
            ])
    }

    @Test func whatDiffersIsCreatedWhereItIs() {
        let own = role("app") { $0.login = true }
        let other = role("app") {
            $0.login = true
            $0.superuser = true
        }
        let script = RoleScript(
            own: [own], remote: [("dn1", [own]), ("dn2", [other]), ("dn3", [own]), ("dn4", [])])
        #expect(
            lines(script) == [
                "role create app --login --if-not-exists", "role create app --on 'dn1,dn3' --if-not-exists",
                "role create app --on dn2 --superuser --if-not-exists",
            ])
        #expect(lines(RoleScript(own: [], remote: [("dn1", [own])])) == ["role create app --on dn1 --if-not-exists"])
        #expect(lines(RoleScript(own: [own], remote: [])) == ["role create app --login --if-not-exists"])
    }

    @Test func attributesWithoutAnOptionAreAlteredOncePerServer() {
        let own = role("app") { $0.inherit = false }
        let there = role("app") {
            $0.inherit = false
            $0.bypassRowSecurity = true
        }
        var script = RoleScript(own: [own], remote: [("dn1", [there]), ("dn2", [there])])
        script.onePerServer = ["dn1"]
        #expect(
            lines(script) == [
                "role create app --if-not-exists", #"sql ALTER ROLE "app" NOINHERIT"#,
                "role create app --on 'dn1,dn2' --if-not-exists",
                #"exec --on dn1 ALTER ROLE "app" NOINHERIT NOLOGIN BYPASSRLS"#,
            ])
    }

    @Test func aNodeThatIsSilentIsNotGuessedAt() {
        let app = role("app") { $0.login = true }
        var script = RoleScript(own: [app], remote: [("dn1", [app])])
        script.silentNodes = ["dn2"]
        #expect(
            lines(script) == [
                "# dn2 did not answer, and what roles it has is not known", "role create app --login --if-not-exists",
                "role create app --on dn1 --if-not-exists",
            ])
    }

    /// Such a name stands as well as it can be shown, and the script would make another role.
    @Test func namesInAnotherEncodingAreLeftOut() {
        let app = DatabaseRole(name: "app", attributes: RoleAttributes(), memberOf: [#"caf\xE9"#])
        var script = RoleScript(own: [app, role(#"caf\xE9"#)], remote: [])
        script.leaveOutOddNames()
        #expect(
            lines(script) == [
                #"# role caf\xE9: left out: its name is in another encoding than UTF-8"#,
                "role create app --if-not-exists",
            ])
    }

    @Test func theServersOwnSuperuserIsLeftOut() {
        var attributes = RoleAttributes()
        attributes.superuser = true
        let bootstrap = DatabaseRole(
            name: "root", attributes: attributes, memberOf: [], isBootstrap: true)
        var script = RoleScript(own: [bootstrap], remote: [("dn1", [bootstrap])])
        script.grants = ["root": ["dn1"]]
        #expect(script.lines == [Self.note])
    }

    @Test func whatIsNotMadeIsSaid() {
        var script = RoleScript(own: [role("app")], remote: [])
        script.omissions = [("app", "setting search_path"), ("gone", "setting x")]
        #expect(lines(script).last == "# role app: left out: setting search_path")
    }

    /// In `role grant`, public is everybody however it is written.
    @Test func aRoleCalledLikeEverybodyIsNotEverybody() {
        var script = RoleScript(own: [role("Public")], remote: [])
        script.grants = ["Public": ["dn1"]]
        #expect(lines(script).last == #"sql GRANT USAGE ON FOREIGN SERVER "dn1" TO "Public""#)
    }
}
