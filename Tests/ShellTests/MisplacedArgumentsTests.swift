import CommandLanguage
import Shell
import Testing

/// Where the arguments go that stand at the wrong place of a command line.
@Suite struct MisplacedArgumentsTests {
    @Test(arguments: [
        (["node", "list", "-h", "an1"], "tscl -h an1 node list"),
        (["node", "list", "--host=an1", "-p5433", "--format", "csv"], "tscl --host=an1 -p5433 --format csv node list"),
        (["status", "-U", "my role"], "tscl -U 'my role' status"),
        (["status", "-d", "postgresql://app:S3cret@h/db"], "tscl -d … status"),
        (["metrics"], "tscl -d metrics"), (["my-db"], "tscl -d my-db"),
    ])
    func theRightCommandLineIsTold(_ words: [String], _ remedy: String) {
        #expect(MisplacedArguments(words, table: Catalogue.table).remedy == remedy)
    }

    @Test(arguments: [
        (["good.txt", "a b"], "tscl ./good.txt 'a b'"), (["node", "lst"], nil), (["nod"], nil),
    ])
    func aFileIsRunByItsPath(_ words: [String], _ remedy: String?) {
        #expect(MisplacedArguments(words, table: Catalogue.table, isFile: { $0 == words[0] }).remedy == remedy)
    }

    @Test(arguments: [
        ["node", "lst", "-h", "an1"], ["node", "list", "-c", "status"], ["node", "list", "--nonsense"], ["exit"],
        [#"\d"#], ["statsu"], ["SELEC 1"], ["two", "words"],
    ])
    func whatMayBeMeantOtherwiseIsLeftAlone(_ words: [String]) {
        #expect(MisplacedArguments(words, table: Catalogue.table).remedy == nil)
    }
}
