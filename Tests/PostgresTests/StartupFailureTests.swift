import Postgres
import Testing

@Suite struct StartupFailureTests {
    @Test func readsTheFieldsOfTheServer() {
        let message = StartupFailure(
            text: """
                connection to server on socket "/run/.s.PGSQL.5432" failed: FATAL:  28P01: password authentication failed
                DETAIL:  User has no password.
                HINT:  Set one.
                LOCATION:  auth_failed, auth.c:331

                """
        ).message
        var expected = ServerMessage(
            severity: "FATAL", sqlstate: "28P01",
            message:
                "connection to server on socket \"/run/.s.PGSQL.5432\" failed: FATAL:  password authentication failed")
        expected.detail = "User has no password."
        expected.hint = "Set one."
        #expect(message == expected)
    }

    @Test func readsTranslatedSeverities() {
        let message = StartupFailure(text: "Verbindung fehlgeschlagen: SCHWERWIEGEND:  3D000: »x« fehlt\n").message
        #expect(message.sqlstate == "3D000")
        #expect(message.message == "Verbindung fehlgeschlagen: SCHWERWIEGEND:  »x« fehlt")
    }

    @Test func lastAttemptDecides() {
        let message = StartupFailure(
            text: """
                connection to server at "a" failed: FATAL:  57P03: the database system is starting up
                LOCATION:  ProcessStartupPacket, postmaster.c:2391
                connection to server at "b" failed: FATAL:  3D000: database "x" does not exist
                """
        ).message
        #expect(message.sqlstate == "3D000")
        #expect(message.message.split(separator: "\n").count == 2)
    }

    @Test func keepsWhatLibpqSaysItself() {
        let text = "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running?"
        let message = StartupFailure(text: text + "\n").message
        #expect(message == ServerMessage(message: text))
    }

    @Test(arguments: ["", "\n", ":", "::::::::::", "FATAL:  ", "FATAL:  28P01", "x:  abcde: y"])
    func staysCalmAtAnything(_ text: String) {
        #expect(StartupFailure(text: text).message.sqlstate == nil)
    }
}
