import CommandLanguage
import Shell
import Testing

@Suite struct ByteCountTests {
    /// The answers of `pg_size_pretty` of PostgreSQL 15.
    @Test(
        arguments: [
            (0, "0 bytes"), (10_239, "10239 bytes"), (10_240, "10 kB"), (10_752, "11 kB"), (10_485_247, "10239 kB"),
            (10_485_248, "10 MB"), (1_099_511_627_776, "1024 GB"), (9_223_372_036_854_775_807, "8192 PB"),
        ] as [(Int64, String)])
    func sizesAreAsPostgreSQLWritesThem(_ bytes: Int64, _ text: String) {
        #expect(ByteCount.text(bytes) == text)
    }
}
