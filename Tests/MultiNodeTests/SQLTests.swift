import MultiNode
import Testing

@Suite struct SQLTests {
    @Test func valuesBecomeParameters() {
        let host: String? = nil
        let sql: SQL = "SELECT * FROM add_data_node(\("d'n"), port => \(5432), host => \(host), force => \(true))"
        #expect(sql.text == "SELECT * FROM add_data_node($1, port => $2, host => $3, force => $4)")
        #expect(sql.values == ["d'n", "5432", nil, "true"])
        #expect(sql.shown == "SELECT * FROM add_data_node('d''n', port => 5432, host => NULL, force => true)")
    }

    @Test func listsAreNameArrays() {
        let sql: SQL = "CALL f(\(["dn1", "a b", "null", ""]))"
        #expect(sql.text == "CALL f($1::name[])")
        #expect(sql.values == [#"{dn1,"a b","null",""}"#])
        #expect(sql.shown == #"CALL f('{dn1,"a b","null",""}'::name[])"#)
    }

    @Test func identifiersAndLiteralsAreQuoted() throws {
        let table = try TableName("s.T")
        let sql: SQL = "GRANT \(identifier: "a\"b") \(qualified: table) \(literal: "it's \\ ")"
        #expect(sql.text == #"GRANT "a""b" "s"."T" E'it''s \\ '"#)
        #expect(sql.values.isEmpty)
        #expect(sql.shown == sql.text)
    }

    @Test func secretsAreHidden() {
        let sql: SQL = "SELECT f(\(secret: "hunter2"))"
        #expect(sql.text == "SELECT f($1)")
        #expect(sql.values == ["hunter2"])
        #expect(sql.shown == "SELECT f('********')")
        #expect("\(sql)" == sql.shown)
        #expect(sql.inlined == "SELECT f('hunter2')")
    }

    @Test func aSecretStaysHiddenInsideAnotherStatement() {
        let inner: SQL = "ALTER ROLE \(identifier: "app") PASSWORD \(secretLiteral: "SCRAM-SHA-256$x")"
        let outer: SQL = "CALL distributed_exec(\(statement: inner))"
        #expect(outer.text == "CALL distributed_exec($1)")
        #expect(outer.values == [#"ALTER ROLE "app" PASSWORD 'SCRAM-SHA-256$x'"#])
        #expect(outer.shown == #"CALL distributed_exec('ALTER ROLE "app" PASSWORD ''********''')"#)
    }

    @Test func nestedTextIsNumberedOn() {
        let inner: SQL = "b => \("x")"
        let sql: SQL = "f(\("a"), \(raw: inner), \("c"))"
        #expect(sql.text == "f($1, b => $2, $3)")
        #expect(sql.values == ["a", "x", "c"])
    }
}
