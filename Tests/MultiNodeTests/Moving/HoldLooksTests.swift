import Testing

@testable import MultiNode

/// Holds that wait for those that wait for them.
@Suite struct HoldLooksTests {
    private let start = ContinuousClock.now

    private func block(age: Int?, application: String = "timescaledb") -> HoldBlock {
        HoldBlock(node: "dn1", pid: 7, role: "ann", application: application, state: "idle in transaction", age: age)
    }

    private func session(_ transaction: Int?, _ statement: Int?) -> HeldSession {
        HeldSession(pid: 8, role: "ann", application: "loader", transactionAge: transaction, statementAge: statement)
    }

    @Test func whoWaitsInATransactionForWhichTheHoldWaitsIsFoundAtOnce() {
        var looks = HoldLooks()
        let found = looks.note(waiting: [session(30, 30), session(2000, 400)], [block(age: 1900)], at: start)
        #expect(found == HoldStandstill(block(age: 1900), of: session(2000, 400)))
    }

    /// As where an option of the server, and not TimescaleDB, gives the access node's sessions their name.
    @Test(arguments: ["crm", "timescaledb"]) func theNameOfTheSessionsIsTheServersOrTheUsualOne(_ application: String) {
        var looks = HoldLooks()
        let node = DataNode(
            name: "dn1", host: "h", database: "d", serverOptions: ["application_name": "crm"])
        let row: [String: String?] = ["pid": "7", "role": "ann", "application": application, "age": "1900"]
        let block = HoldBlock(row: row, on: node)
        let found = looks.note(waiting: [session(2000, 400)], [block], at: start)
        #expect(found == HoldStandstill(block, of: session(2000, 400)))
        #expect(!HoldBlock(row: row.merging(["application": "psql"]) { $1 }, on: node).isOfAccessNode)
    }

    /// That of another began before his, or while he waited already; or it is no access node's.
    @Test(
        arguments: [
            (2500, "timescaledb"), (200, "timescaledb"), (1900, "psql"), (nil, "timescaledb"),
        ] as [(Int?, String)])
    func aTransactionOfNobodyWhoWaitsIsWaitedForAWhile(_ age: Int?, _ application: String) {
        var looks = HoldLooks()
        let other = block(age: age, application: application)
        for time in [0, 300, 900, 1200] {
            let found = looks.note(
                waiting: [session(2000, 400)], [other], at: start + .milliseconds(time))
            #expect(found == nil)
        }
        #expect(
            looks.note(waiting: [session(2000, 400)], [other], at: start + .milliseconds(1300))
                == HoldStandstill(other, of: nil))
    }

    /// Both wait on the access node, whose server would end one of them a second later.
    @Test func whoWritesToTheChunkByItsNameAndWaitsForTheHoldIsFoundAtOnce() {
        var looks = HoldLooks()
        let awaited = HeldSession(
            pid: 9, role: "ann", application: "psql", transactionAge: 900, statementAge: 100, isAwaited: true)
        let found = looks.note(waiting: [session(30, 30), awaited], [], at: start)
        #expect(found == HoldStandstill(awaiting: awaited))
        let text = found?.text(of: TableName(schema: "public", name: "m")) ?? ""
        #expect(
            text.hasPrefix(
                "the transaction of process 9 (ann, psql) of the access node: it has written to the chunk by"))
        #expect(found?.remedy == "have that client end its transaction, or pause it while chunks are moved")
    }

    @Test func whereNobodyWaitsTheHoldMayWait() {
        var looks = HoldLooks()
        for time in 0..<20 {
            #expect(looks.note(waiting: [], [block(age: 5000)], at: start + .seconds(time)) == nil)
            #expect(looks.note(waiting: [session(2000, 400)], [], at: start + .seconds(time)) == nil)
        }
        #expect(looks.note(waiting: [session(10, 10)], [block(age: 5000)], at: start + .seconds(30)) == nil)
    }

    @Test func theOneWhoDoesSoIsNamed() {
        let table = TableName(schema: "public", name: "m")
        let known = HoldStandstill(block(age: 1900), of: session(2000, 400)).text(of: table)
        #expect(known.hasPrefix("the transaction of process 8 (ann, loader) of the access node: it is open on dn1"))
        let unknown = HoldStandstill(block(age: 1900), of: nil).text(of: table)
        #expect(unknown.hasPrefix("process 7 (ann, idle in transaction for 1 s) on dn1, for whose end others"))
    }
}
