import Postgres
import Testing

@Suite struct ConnectionParametersTests {
    @Test func readsConnectionStringsAndURIs() throws {
        let string = try ConnectionParameters.parse("host=db port=5433 password='a b'")
        #expect(string["host"] == "db")
        #expect(string["port"] == "5433")
        #expect(string["password"] == "a b")
        #expect(string["user"] == nil)
        let uri = try ConnectionParameters.parse("postgresql://me@[::1]:5433/shop?sslmode=require")
        #expect(uri["host"] == "::1")
        #expect(uri["user"] == "me")
        #expect(uri["dbname"] == "shop")
        #expect(uri["sslmode"] == "require")
    }

    @Test(arguments: [
        ("host", "missing \"=\" after \"host\" in connection info string"),
        ("nonsense=1", "invalid connection option \"nonsense\""),
        ("host=a\0b", "a connection string cannot contain a zero byte"),
    ])
    func saysWhatIsWrong(_ conninfo: String, _ message: String) {
        let error = #expect(throws: PostgresError.self) { try ConnectionParameters.parse(conninfo) }
        #expect(error == PostgresError(.usage, message))
    }

    @Test func laterValuesWin() {
        var parameters = ConnectionParameters([("host", "a"), ("port", "1"), ("host", "b")])
        #expect(parameters["host"] == "b")
        parameters["host"] = "c"
        #expect(parameters == ConnectionParameters([("port", "1"), ("host", "c")]))
        parameters["port"] = nil
        #expect(parameters == ConnectionParameters([("host", "c")]))
        #expect(!parameters.isEmpty)
        parameters["host"] = nil
        #expect(parameters.isEmpty)
    }
}
