import CommandLanguage
import Shell
import Testing

/// Where the arguments go that stand at the wrong place of a command line.
@Suite struct MisplacedArgumentsTests {
    @Test(arguments: [
        (["node", "list", "-h", "an1"], "tscl -h an1 node list"),
        (["node", "list", "-h", "x", "-p", "5"], "tscl -h x -p 5 node list"),
        (["node", "list", "--host=an1", "-p5433", "--format", "csv"], "tscl --host=an1 -p5433 --format csv node list"),
        (["status", "-U", "my role"], "tscl -U 'my role' status"),
        (["status", "-d", "postgresql://app:S3cret@h/db"], "tscl -d … status"),
        (["node", "list", "-c", "status"], "tscl -c 'node list' -c status"),
        (["role", "show", "a b", "-q", "-f", "x.tscl"], #"tscl -c 'role show '\''a b'\''' -q -f x.tscl"#),
    ])
    func optionsStandBeforeTheCommand(_ words: [String], _ remedy: String) {
        #expect(MisplacedArguments(words, table: Catalogue.table).remedy == remedy)
    }

    /// As psql takes them: a database, or a database and a role, wherever its options stand.
    @Test(arguments: [
        (["metrics"], "tscl -d metrics"), (["my-db"], "tscl -d my-db"), (["my$db"], "tscl -d 'my$db'"),
        (["dist", "app"], "tscl -d dist -U app"), (["dist", "status"], "tscl -d dist status"),
        (["dist", "-c", "SELECT 1"], "tscl -d dist -c 'SELECT 1'"), (["dist", "SELECT 1"], "tscl -d dist 'SELECT 1'"),
        (["dist", "app", "-h", "an1", "-f", "x.sql"], "tscl -d dist -U app -h an1 -f x.sql"),
        (["dist", "-h", "an1"], "tscl -d dist -h an1"), (["dist", "-U", "app"], "tscl -d dist -U app"),
        (["dist", "app", "node", "list"], "tscl -d dist -U app node list"),
        (["dist", "node", "list", "-q"], "tscl -d dist -q node list"),
        (["dist", "stauts"], "tscl -d dist status"), (["dist", "node", "lst"], "tscl -d dist node list"),
        (["dist", "status", "-c", "check"], "tscl -d dist -c status -c check"),
        (["dist", "-v", "pw=S3cret", "status"], "tscl -d dist -v pw=… status"),
    ])
    func aDatabaseIsNamedByAnOption(_ words: [String], _ remedy: String) {
        #expect(MisplacedArguments(words, table: Catalogue.table).remedy == remedy)
    }

    /// psql's options, of which tscl has none, say what does it here behind a database as well.
    @Test(arguments: [["dist", "-l"], ["dist", "--list"], ["dist", "app", "-l"]])
    func aListOfDatabasesIsAQuery(_ words: [String]) {
        #expect(MisplacedArguments(words, table: Catalogue.table).help?.contains("pg_database") == true)
    }

    @Test(arguments: [
        (["-h", "an1"], ["dist"], "tscl -h an1 -d dist"), (["-d", "dist"], ["app"], "tscl -d dist -U app"),
        (["-d", "dist", "-U", "app"], ["nonsense"], nil), (["-c", "SELECT 1"], ["dist"], "tscl -c 'SELECT 1' -d dist"),
        (["-c", "SELECT 1"], ["dist", "app", "-q"], "tscl -c 'SELECT 1' -d dist -U app -q"),
        (["-c", "check"], ["node", "list"], "tscl -c check -c 'node list'"),
        (["-q"], ["node", "list", "-h", "x"], "tscl -q -h x node list"), (["-c", "check"], ["b.tscl"], nil),
        (["-d", "host=h password=S3cret"], ["app"], "tscl -d … -U app"),
    ])
    func whatIsGivenAlreadyStays(_ options: [String], _ words: [String], _ remedy: String?) {
        #expect(MisplacedArguments(words, behind: options, table: Catalogue.table).remedy == remedy)
    }

    @Test(arguments: [
        (["good.txt", "a b"], "tscl ./good.txt 'a b'"), (["node", "lst"], nil), (["nod"], nil),
    ])
    func aFileIsRunByItsPath(_ words: [String], _ remedy: String?) {
        #expect(MisplacedArguments(words, table: Catalogue.table, isFile: { $0 == words[0] }).remedy == remedy)
    }

    @Test(arguments: [
        (["node", "list", "-vpw=S3cret"], "-vpw=…"), (["role", "create", "x", "--password", "S3cret"], "--password"),
    ])
    func anErrorShowsNoSecret(_ words: [String], _ shown: String) {
        guard case .failure(let diagnostics) = ArgumentWords(words).parse(table: Catalogue.table) else {
            Issue.record("\(words) is a command")
            return
        }
        let messages = MisplacedArguments(words, table: Catalogue.table).advising(diagnostics).map(\.message)
        #expect(messages.contains { $0.contains(shown) } && !messages.contains { $0.contains("S3cret") }, "\(messages)")
    }

    /// A slip in a command's name is the likelier.
    @Test(arguments: [
        ["node", "lst", "-h", "an1"], ["node", "list", "--nonsense"], ["exit"], ["stauts", "app"],
        ["dist", "no", "such"],
        [#"\d"#], ["statsu"], ["SELEC 1"], ["status"], ["use"], ["postgres://app:S3cret@h/d", "x"],
        // The password would be another role's name.
        ["role", "create", "x", "--password", "S3cret"], ["dist", "role", "create", "x", "--password", "S3cret"],
    ])
    func whatMayBeMeantOtherwiseIsLeftAlone(_ words: [String]) {
        #expect(MisplacedArguments(words, table: Catalogue.table).remedy == nil)
    }

    @Test(arguments: [
        (["-l"], "tscl -c 'SELECT datname"), (["-tAc", "SELECT 1"], "--format tsv"), (["-X"], "--no-rc"),
        (["--single-transaction"], "transaction"), (["-x"], "--format expanded"),
        (["--hots", "x"], "did you mean --host?"),
        (["-Z"], "'tscl --help' lists them"),
    ])
    func anOptionOfPsqlsIsToldWhatDoesItHere(_ words: [String], _ help: String) {
        do throws(ProgramOptions.Fault) {
            _ = try TsclOptions.all.read(words)
            Issue.record("\(words) was read")
        } catch {
            #expect(error.help?.contains(help) == true, "\(error.help ?? "")")
        }
    }
}
