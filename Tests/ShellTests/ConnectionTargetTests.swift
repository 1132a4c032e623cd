import ClusterAccess
import Postgres
import Testing

@testable import Shell

@Suite struct ConnectionTargetTests {
    @Test(arguments: [
        (["a", "b"], "2 sandboxes run: --sandbox a or --sandbox b names one"),
        (["a", "b", "c"], "3 sandboxes run: --sandbox a, --sandbox b or --sandbox c names one"),
    ])
    func whichOfSeveralSandboxesIsMeantIsNotGuessed(_ names: [String], _ refusal: String) {
        #expect(ConnectionTarget(amongSandboxes: names).cluster.refusal == refusal)
    }

    /// The file may have a password, and an address, for the server that it leads to.
    @Test(arguments: [
        ("host=b", ["hostaddr", "password"]), ("hostaddr=127.0.0.1", ["password"]), ("port=1", ["password"]),
        ("user=u", ["password"]), ("dbname=d", []), ("service=other", []),
    ])
    func ofAServiceNothingGoesToAnotherServer(_ conninfo: String, _ withheld: [String]) throws {
        let target = ConnectionTarget(ConnectionParameters([("service", "s")]))
        let changed = target.changing(try ConnectionParameters.parse(conninfo))
        #expect(changed.parameters.withheld.sorted() == withheld)
        // And so it stays.
        let further = changed.changing(try ConnectionParameters.parse("dbname=e"))
        #expect(further.parameters.withheld.sorted() == withheld)
    }

    /// Nor does the password of a service go to the server before.
    @Test func aServiceNamesServerAndRole() throws {
        let target = ConnectionTarget(try ConnectionParameters.parse("host=a port=1 user=u password=p dbname=d"))
        let changed = target.changing(try ConnectionParameters.parse("service=s"))
        #expect(changed.parameters == ConnectionParameters([("dbname", "d"), ("service", "s")]))
    }
}
