import Platform
import Rendering
import SystemPackage
import Testing

@testable import Shell

/// No name begins a line of what is told, whether there is a table besides or not.
@Suite struct ForgedLineTests {
    private func shown(_ outcome: Outcome) async throws -> String {
        let (data, messages) = (try Capture(), try Capture())
        try await Presentation(Output(data: data.descriptor, messages: messages.descriptor), Settings())
            .show(outcome, of: "x")
        return try data.take()
    }

    @Test func namesKeepToTheirLines() async throws {
        let table = Table(columns: ["hypertable"], rows: [[.text("t")]])
        var outcome = Outcome(table: table, text: ["t\nerror: forged is cut over"])
        #expect(try await shown(outcome) == "t\\nerror: forged is cut over\n")
        outcome.line = { _ in "t" }
        #expect(try await shown(outcome) == "t\nt\\nerror: forged is cut over\n")
        outcome.keepsLineEnds = true
        #expect(try await shown(outcome) == "t\nt\nerror: forged is cut over\n")
    }
}
