import MultiNode
import Testing

/// Servers that were started behind a copy.
@Suite struct RestartedSourceTests {
    @Test(
        arguments: [
            (5000, 4500, true), (5000, 3000, false), (90, 86_400_000, true), (nil, 3000, true), (5000, nil, true),
        ] as [(Int?, Int?, Bool)])
    func whatIsUpForNoLongerThanTheCopyIsOldMayBeAnOlderState(_ server: Int?, _ copy: Int?, _ isRestarted: Bool) {
        #expect(RestartedSource.isRestarted(server, since: copy) == isRestarted)
    }
}
