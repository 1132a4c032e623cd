import Operations
import Testing

@testable import Shell

@Suite struct CommandContextTests {
    /// Whoever asks one operation of a command to stop asks those behind it, too.
    @Test func theOperationsOfACommandStopTogether() async throws {
        let interpreter = try ShellTrial().session.interpreter
        let invocation = try #require(try invocations("chunk cleanup").first)
        let context = await interpreter.context(Settings(), running: invocation)
        await context.stop.request()
        #expect(await context.stop.isRequested)
        let other = await interpreter.context(Settings(), running: invocation)
        #expect(await !other.stop.isRequested)
    }
}
