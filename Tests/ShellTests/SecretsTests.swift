import CommandLanguage
@testable import Shell
import Testing

/// What gets neither into the history nor anywhere else.
@Suite struct SecretsTests {
    @Test(
        arguments: [
            "host=h password=x", "PASSWORD=x", "password = x", "postgres://u:p@h/d", "postgresql://:p@h",
            "postgres://u:p%40@h1,h2/d?sslmode=require", "postgres://h/d?password=x", "password  =  x", "password\t=x",
            // None of these can be read, and the password is no other for that.
            "postgres://u:hunter2", "postgres://u:hunter2/d", "postgres://u:hun/ter2@h/d", "postgres://u:12/34@h",
            "postgres://u:p@ss@h", "postgres:u:p@h/d", "postgres//u:p@h", "postgre://u:p@h", "postgres://u:hun\nter2@h",
            "postgresql:///u:p@h", "postgres://h:5432,u:hunter2",
        ])
    func aPasswordInAConninfo(_ text: String) {
        #expect(Secrets.areIn(conninfo: text))
    }

    @Test(
        arguments: [
            "", "host=h user=u", "postgres://u@h:5432/d", "postgres://h:5432/d", "postgres://h/d?user=a:b@c", "u:p@h",
            "postgres://h1:1,h2:2/d", "postgres://[::1]:5432/d", "postgresql:///d?host=/run:5",
            "postgres: a server at b",
        ])
    func noPassword(_ text: String) {
        #expect(!Secrets.areIn(conninfo: text))
    }

    @Test func linesOfCommands() {
        #expect(Secrets.areIn(line: "set --secret x hunter2"))
        #expect(Secrets.areIn(line: "set x hunter2 --secret"))
        #expect(Secrets.areIn(line: "connect postgres://u:p@h/d"))
        #expect(Secrets.areIn(line: "echo http://x connect postgres://u:p@h/d"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD 'hunter2'"))
        for text in [
            "PASSWORD /* c */ 'hunter2'", "PASSWORD -- c\n'hunter2'", "password/**/'hunter2'", "PASSWORD ('hunter2')",
        ] {
            #expect(Secrets.areIn(line: "ALTER ROLE app \(text);"))
            #expect(!Secrets.hiding(inSQL: "ALTER ROLE app \(text);").contains("hunter2"))
        }
        for text in [
            "PASWORD 'hunter2'", "passwd 'hunter2'", "IDENTIFIED BY 'hunter2'", "LOGIN PSW E'hunter2'",
            "pasword hunter2",
            "WITH PWD/* c */'hunter2'", "VALID UNTIL '2030-01-01' PASWORD 'hunter2'",
        ] {
            for statement in ["ALTER ROLE app \(text);", "sql create user app \(text)", "alter\n  group app \(text)"] {
                #expect(Secrets.areIn(line: statement), "\(statement)")
                #expect(!Secrets.hiding(inSQL: statement).contains("hunter2"), "\(statement)")
            }
        }
        for text in [
            "VALID UNTIL '2030-01-01'", "SET search_path TO 'a', 'b'", "CONNECTION LIMIT 5", "IN ROLE app2 LOGIN",
            "SET search_path = 'a'", "LOGIN; SELECT 'b'", "PASSWORD :'pw'", "pasword :'pw'",
        ] {
            for statement in ["ALTER ROLE app \(text);", "exec $$ALTER ROLE \"a b\" \(text)$$"] {
                #expect(!Secrets.areIn(line: statement), "\(statement)")
                #expect(Secrets.hiding(inSQL: statement) == statement)
            }
        }
        #expect(Secrets.areIn(line: "CREATE SERVER s OPTIONS (host 'h', pasword 'hunter2')"))
        #expect(!Secrets.areIn(line: "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u')"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD\n  E'hunter2'"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD $$hunter2$$"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD $p$hunter2$p$"))
        #expect(Secrets.areIn(line: "sql CREATE USER MAPPING FOR u SERVER s OPTIONS (\"password\" 'hunter2')"))
        #expect(Secrets.areIn(line: "sql ALTER ROLE app PASSWORD '\u{301}hunter2'"))
        #expect(Secrets.areIn(line: "connect 'password=\u{301}hunter2'"))
        #expect(Secrets.areIn(line: "connect postgres://u:hun?ter2@h/d"))
        #expect(Secrets.areIn(line: "connect 'postgresql://u:hun ter2@h/d'"))
        #expect(Secrets.areIn(line: "sql alter role app encrypted password hunter2"))
        for option in [
            "--password hunter2", "--password=hunter2", "--pasword=hunter2", "--pw x", "--pass x", "--PSW x",
        ] {
            #expect(Secrets.areIn(line: "role create app \(option)"), "\(option)")
        }
        #expect(!Secrets.areIn(line: "sql CREATE USER MAPPING FOR u SERVER s; SELECT role, password FROM users"))
        #expect(!Secrets.areIn(line: "sql SELECT password FROM alter_role"))
        #expect(!Secrets.areIn(line: "hypertable create t time --partition-by d --partitions 2 --port 1 --parallel 3"))
        #expect(!Secrets.areIn(line: "sql ALTER ROLE app PASSWORD NULL"))
        #expect(!Secrets.areIn(line: "sql ALTER ROLE app PASSWORD :'secret'"))
        #expect(!Secrets.areIn(line: "echo http://x:1 a@b"))
        #expect(!Secrets.areIn(line: "node add dn1 --host h --password-env APP_PASSWORD"))
        #expect(!Secrets.areIn(line: "role create app --password-prompt"))
    }

    @Test(arguments: [
        "role create app --pasword-prompt hunter2", "role create app --passwrod=hunter2", "role create app --pswd x",
        "role create app password=x", "role create app --login pasword x", "role create a identified by x",
        "role create app --password-promt x", "role create app --apssword x", "role create app -password x",
        "role create app \u{2014}password x", "role create app --password-prompt hunter2",
        "role create app --password-prompt=x", "node add dn1 --host h --password-env 'hunter2!'",
        "set --secrt x hunter2",
        "set x hunter2 --sercet", "role alter app password hunter2", "node add dn1 --host h --secret x",
        "set password hunter2", "set PW hunter2", "set db_pw x", "set token x", "set passphrase 'a b'", "set pasword x",
        "set aws_secret_key x", "sett password x", "if a == b { set pwd x }", "set password a${env:X}",
        "sql SELECT crypt('hunter2', gen_salt('bf'))", "sql SELECT pgp_sym_encrypt(data, 'hunter2') FROM t",
        "SELECT ext.pgp_sym_decrypt(x, $$hunter2$$)", "SELECT hmac(a, 'hunter2', 'md5')", "SELECT f(password := 'x')",
        "SELECT add_data_node('a', password => 'x')", "sql SET app.password TO 'x'", "SELECT '{\"password\": \"x\"}'",
    ]) func aLineThatIsNotKept(_ line: String) {
        #expect(Secrets.areIn(line: line))
    }

    @Test(arguments: [
        "set password", "set password ${env:APP_PASSWORD}", "set password \"${x}\"", "set partition 3", "set passage 3",
        "role create app --password-env APP_PASSWORD --login", "role create app --password-prompt",
        "role create --password-prompt app", "role create app --password-file /run/secrets/app", "role show password",
        "role create app --password-env ${variable}", "sql SELECT crypt(pw, salt) = pw, 'x' FROM t",
        "sql SELECT crypt(:'pw', salt)", "sql SELECT count(*) FROM encrypted", "echo the password is wrong",
        "SELECT decrypt(a, b) AS c, 'd'",
    ]) func aLineThatIsKept(_ line: String) {
        #expect(!Secrets.areIn(line: line))
    }

    /// A log asks it of each statement, and the whole test takes as long as all else that is done for one.
    @Test(arguments: [
        "INSERT INTO t VALUES (1);", "SELECT 1 - 2, -3;",
        "sql SELECT count(*) FROM t WHERE a = 'b';\nUPDATE t SET a = -1",
        "chunk list", "everywhere CREATE SCHEMA app",
    ]) func mostLinesAreReadOnce(_ line: String) {
        #expect(!Secrets.mayBeIn(line: line))
    }

    /// What tscl itself has is no mistake for a password's option.
    @Test func optionsAreNotTakenForThoseOfSecrets() {
        for command in Catalogue.table.commands {
            for option in command.options where !option.name.hasPrefix("--password") && option.name != "--secret" {
                #expect(!Secrets.areIn(line: "\(command.name) \(option.name) x"), "\(option.name)")
            }
        }
    }

    @Test(arguments: [
        ("CREATE ROLE a PASSWORD 'hunter2' LOGIN", "CREATE ROLE a PASSWORD ********"),
        (
            "SELECT distributed_exec('ALTER ROLE a PaSSWORD ''h''')",
            "SELECT distributed_exec('ALTER ROLE a PaSSWORD ********"
        ),
        ("ALTER ROLE a PASSWORD $$hunter2$$", "ALTER ROLE a PASSWORD ********"),
        ("ALTER ROLE \"é\u{301}\r\n\" PASSWORD\tE'hunter2'", "ALTER ROLE \"é\u{301}\r\n\" PASSWORD\t********"),
        ("SELECT dblink('host=h password=hunter2')", "SELECT dblink('host=h password********"),
        ("SELECT dblink('postgres://u:hunter2@h/d', 'SELECT 1')", "SELECT dblink('postgres://********"),
        ("ALTER ROLE a PASSWORD '********' LOGIN", "ALTER ROLE a PASSWORD '********' LOGIN"),
        ("ALTER ROLE a PASSWORD '********', b PASSWORD 'x'", "ALTER ROLE a PASSWORD '********', b PASSWORD ********"),
        ("ALTER ROLE a PASSWORD '********hunter2'", "ALTER ROLE a PASSWORD ********"),
        ("SELECT crypt('hunter2', 'x')", "SELECT crypt(********"),
        ("CREATE ROLE a LOGIN PASWORD 'hunter2'", "CREATE ROLE a LOGIN PASWORD ********"),
        ("SELECT f('ALTER ROLE a LOGIN') FROM t", "SELECT f('ALTER ROLE a LOGIN') FROM t"),
        ("SELECT f('ALTER ROLE a PSW ''hunter2''')", "SELECT f('ALTER ROLE a PSW ********"),
        ("ALTER TABLE t ALTER role SET DEFAULT 'a'", "ALTER TABLE t ALTER role SET DEFAULT 'a'"),
        ("'exec ALTER ROLE \"a\" RESET b' does it: 'c'", "'exec ALTER ROLE \"a\" RESET b' does it: 'c'"),
        ("SELECT pgp_sym_encrypt(data, 'hunter2')", "SELECT pgp_sym_encrypt(data, ********"),
        ("could not connect to postgres://u:hunter2", "could not connect to postgres://********"),
        ("SELECT password, 'hunter2' FROM t", "SELECT password, 'hunter2' FROM t"),
        ("SET app.secret_key = 'hunter2'", "SET app.secret_key = ********"),
        ("set LOCAL my.api_key TO 'hunter2'", "set LOCAL my.api_key TO ********"),
        ("SET search_path TO 'a'", "SET search_path TO 'a'"), ("SET app.secret_key", "SET app.secret_key"),
        ("SELECT 'http://h/d'", "SELECT 'http://h/d'"), ("SELECT 1", "SELECT 1"), ("", ""),
    ])
    func sqlAsItMayBeShown(_ sql: String, shown: String) {
        #expect(Secrets.hiding(inSQL: sql) == shown)
    }

    /// The file outlives the variable.
    @Test func aLineWithAKnownSecretIsNotKept() {
        let output = Output()
        output.hide(variablesWith: ["before"])
        output.keepsLines()
        #expect(output.isSecret(line: "echo before"))
        #expect(!output.isSecret(line: "echo hunter2"))
        output.hide(variablesWith: ["hunter2", "it's", "a\"b"])
        output.hide("open sesame")
        output.hide(variablesWith: [])
        for line in [
            "echo hunter2", "sql SELECT 'it''s'", "echo \"it's\"", "echo \"a\\\"b\"",
            "node add dn1 --host 'open sesame'",
            "set --secret x y",
        ] {
            #expect(output.isSecret(line: line), "\(line)")
        }
        #expect(!output.isSecret(line: "echo sesame"))
    }

    /// A longer word is another text; it would tell what was taken out of it.
    @Test(arguments: [
        ("CREATE ROLE \"pwdsf\"", "CREATE ROLE \"pwdsf\""),
        ("apwds and pwds_1 and pwds1", "apwds and pwds_1 and pwds1"),
        ("pwds", "********"), ("is pwds.", "is ********."), ("(pwds)=pwds", "(********)=********"),
        ("app:pwds@host", "app:********@host"), ("pwds\u{301}", "********\u{301}"), ("xa-a-aa", "xa-********"),
        ("no, not so", "no, not so"),
    ])
    func aShortSecretIsNotTakenOutOfALongerWord(_ text: String, shown: String) {
        let output = Output()
        output.hide("pwds")
        output.hide("a-aa")
        output.hide("no")
        #expect(output.hiding(text) == shown)
    }

    /// libpq would connect to what is behind the first @, and name it.
    @Test func aPasswordWhoseEndNobodyKnows() {
        #expect(Secrets.areInDoubt(in: "postgresql://u:hun@ter2/x@h"))
        #expect(!Secrets.areInDoubt(in: "postgres://u:p%40ss@h/d?user=a@b") && !Secrets.areInDoubt(in: "u:a@b@c"))
        #expect(!Secrets.areInDoubt(in: "postgres://u@h/d@b"))
    }

    /// A message may have one of its lines, and PostgreSQL cuts what is too long for a name.
    @Test func ofOneOfSeveralLinesEachIsHidden() {
        let output = Output()
        output.hide("-----BEGIN KEY-----\nhunter2\r\n}\n")
        #expect(output.hiding("at or near \"hunter2\"") == "at or near \"********\"")
        #expect(output.hiding("{ a }") == "{ a }")
        #expect(!output.isSecret(line: "foreach n in a { echo x }"))
        output.hide(String(repeating: "0123456789", count: 7))
        #expect(
            output.hiding("truncated to \"\(String(repeating: "0123456789", count: 6))012\"").contains("\"********\""))
    }

    /// Those that begin alike are told apart, and of one within another nothing is left.
    @Test func manyAreHiddenAtOnce() {
        let output = Output()
        for number in 1...300 { output.hide("SCRAM-SHA-256$4096:\(number)$") }
        output.hide(variablesWith: ["SCRAM-SHA-256", "SCRAM-SHA-256$4096:7$more"])
        #expect(output.hiding("SCRAM-SHA-256$4096:299$ SCRAM-SHA-256$4096:301$") == "******** ********$4096:301$")
        #expect(output.hiding("'SCRAM-SHA-256$4096:7$more'") == "'********'")
        #expect(output.hiding("SCRAM") == "SCRAM")
    }

    /// What one begins another may end, or the same once more.
    @Test(arguments: [
        ("is abcabcab!", "is ********!"), ("cabcabcabc", "********"), ("abcabcabcabc", "********"),
        ("abcabc cabcab", "******** ********"), ("xabcabcab", "xabcabcab"),
        ("sesame-open-sesame-open-sesame", "********"), ("xsesame-open-sesamex", "x********x"),
    ]) func ofThoseThatOverlapNothingIsLeft(_ text: String, shown: String) {
        let output = Output()
        for secret in ["abcabc", "sesame-open-sesame"] { output.hide(secret) }
        output.hide(variablesWith: ["cabcab"])
        #expect(output.hiding(text) == shown)
    }

    @Test func aLongOneIsHiddenWhereverItStands() {
        let output = Output()
        output.hide("correcthorse")
        #expect(output.hiding("xcorrecthorsey") == "x********y")
    }

    /// A combining mark makes one character with what it stands behind, be it a secret or a quote.
    @Test func secretsWithMarks() {
        let output = Output()
        output.hide(variablesWith: ["hunter2"])
        #expect(output.hiding("is hunter2\u{301}!") == "is ********\u{301}!")
        output.hide(variablesWith: ["\u{301}it's"])
        #expect(!output.hiding("SET x TO '\u{301}it''s'").contains("it"))
        #expect(output.hiding("SET x TO '\u{301}it''s'").utf8.elementsEqual("SET x TO '********'".utf8))
    }
}
