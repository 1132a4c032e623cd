import MultiNode
import Testing

/// Which servers are one.
@Suite struct ServerIdentityTests {
    @Test func theStartTellsServersApart() {
        let server = ServerIdentity(started: "2026-11-28 10:00:00.000001", folder: "/data")
        #expect(server.isSame(as: server))
        #expect(!server.isSame(as: ServerIdentity(started: "2026-11-28 10:00:00.000002", folder: "/data")))
    }

    @Test func soDoesTheFolderWhereBothAreSeen() {
        let one = ServerIdentity(started: "2026", folder: "/a")
        #expect(!one.isSame(as: ServerIdentity(started: "2026", folder: "/b")))
        #expect(one.isSame(as: ServerIdentity(started: "2026")), "a role may not see it")
    }

    @Test func theFirstNameOfEachServerCounts() {
        var names = ServerNames()
        let (one, two) = (ServerIdentity(started: "1", folder: "/a"), ServerIdentity(started: "1", folder: "/b"))
        #expect(names.note(one, "dn1") == nil && names.note(two, "dn2") == nil)
        #expect(names.note(two, "dn3") == "dn2" && names.note(ServerIdentity(started: "1"), "dn4") == "dn1")
    }
}
