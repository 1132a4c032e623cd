import Glibc
import Platform
import Testing

@Suite struct EnvironmentTests {
    @Test func whatIsTakenAsItIsMustBeText() throws {
        let name = "TSCL_TEST_TEXT"
        defer { unsetenv(name) }
        #expect(try Environment.text(name) == nil)
        setenv(name, "größe", 1)
        #expect(try Environment.text(name) == "größe")
        setenv(name, [CChar(bitPattern: 0x70), CChar(bitPattern: 0xFF), 0], 1)
        #expect(throws: Environment.NotText.self) { try Environment.text(name) }
    }
}
