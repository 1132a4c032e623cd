@testable import ClusterAccess
import Testing

@Suite struct ConnectionCauseTests {
    @Test(arguments: [
        ("connection to server at \"db1\" (10.0.0.1), port 5432 failed: FATAL:  no", "FATAL:  no"),
        (
            "connection to server on socket \"/s/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server there?",
            "No such file or directory"
        ),
        ("database \"x\" failed: y\nconnection to server at \"a\", port 1 failed: z", "database \"x\" failed: y"),
        ("", ""),
        (
            """
            connection to server at "localhost" (::1), port 5432 failed: Connection refused
            \tIs the server running on that host and accepting TCP/IP connections?
            connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused
            """, "Connection refused"
        ),
        (
            """
            connection to server at "localhost" (::1), port 5432 failed: Connection refused
            \tIs the server running on that host and accepting TCP/IP connections?
            connection to server at "localhost" (127.0.0.1), port 5432 failed: FATAL:  no
            """, "::1: Connection refused; 127.0.0.1: FATAL:  no"
        ),
        (
            """
            connection to server at "db1" (10.0.0.1), port 5432 failed: session is read-only
            connection to server at "db2" (10.0.0.2), port 5432 failed: Connection refused
            """, "db1: session is read-only; db2: Connection refused"
        ),
        (
            """
            connection to server at "127.0.0.1", port 1 failed: session is read-only
            connection to server at "127.0.0.1", port 2 failed: Connection refused
            """, "127.0.0.1:1: session is read-only; 127.0.0.1:2: Connection refused"
        ),
    ])
    func theReasonsAreTold(message: String, cause: String) {
        #expect(ConnectionCause.text(message) == cause)
    }
}
