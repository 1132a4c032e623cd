import ClusterAccess
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
}
