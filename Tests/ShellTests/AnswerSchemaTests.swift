import CannedServers
import CommandLanguage
import Foundation
import Rendering
import Shell
import Testing

/// What programs can rely on in answers.
@Suite struct AnswerSchemaTests {
    /// `node list<tab>port<tab>integer`
    private static let columns: [String] = {
        func lines(_ answer: String, _ columns: [Table.Column]) -> [String] {
            columns.map { "\(answer)\t\($0.name)\t\($0.kind.rawValue)" }
        }
        return Catalogue.types.flatMap { type in
            let name = type.syntax.name
            return lines(name, type.columns) + lines("\(name) --dry-run", type.previewColumns)
                + lines("a step of \(name)", type.stepColumns)
        } + lines("--dry-run", Table.planColumns)
    }()

    /// `an answer<tab>cluster.nodes.bytes<tab>integer`
    private static func fields(inSchema schema: [String: Any], _ path: [String] = []) -> [String] {
        let kind = (schema["type"] as? [String])?.first ?? schema["type"] as? String ?? "any"
        let own = path.isEmpty ? [] : ["an answer\t\(path.joined(separator: "."))\t\(kind)"]
        let items = (schema["items"] as? [String: Any]).map { fields(inSchema: $0, path).dropFirst() } ?? []
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        return own + items
            + properties.sorted { $0.key < $1.key }.flatMap { fields(inSchema: $0.value, path + [$0.key]) }
    }

    private static func object(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private static func schema() async throws -> [String: Any] {
        try object(try await ShellTrial().run("help --json-schema").data)
    }

    /// A column or a field that is there once stays, and a column in its place among those that were there.
    @Test func noColumnGoes() async throws {
        let now = Self.columns + Self.fields(inSchema: try await Self.schema())
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("answers.tsv")
        let recorded = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        let kept = now.filter { recorded.contains($0) }
        let gone = recorded.filter { !now.contains($0) }
        #expect(gone.isEmpty, "no answer has these columns any more")
        #expect(kept == recorded || !gone.isEmpty, "columns have changed places")
        let new = now.filter { !recorded.contains($0) }
        if ProcessInfo.processInfo.environment["TSCL_RECORD"] != nil, gone.isEmpty {
            try now.map { $0 + "\n" }.joined().write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(new.isEmpty, "TSCL_RECORD=1 swift test --filter noColumnGoes records them")
        }
    }

    @Test func theSchemaIsOfTheAnswers() async throws {
        let schema = try await Self.schema()
        let properties = try #require(schema["properties"] as? [String: Any])
        let required = try #require((schema["oneOf"] as? [[String: [String]]])?.first?["required"])
        for line in ["node list", "sql SELECT 1", "nothing", "version", "node disable dn1 --dry-run"] {
            let answer = try await ShellTrial { $0.format = .json }.run(line).data
            for text in answer.split(separator: "\n") {
                let fields = try Self.object(text)
                #expect(fields.keys.allSatisfy { properties[$0] != nil }, "\(text)")
                #expect(required.allSatisfy { fields[$0] != nil }, "\(text)")
            }
        }
    }

    @Test(arguments: ["status", "node list", "version", "heal all --dry-run", "node disable dn1 --dry-run"])
    func theColumnsOfAnAnswerAreInIt(_ command: String) async throws {
        let answer = try Self.object(try await ShellTrial { $0.format = .json }.run(command).data)
        let conditions = try #require(try await Self.schema()["allOf"] as? [[String: Any]])
        let columns = try #require(answer["columns"] as? [String])
        let fitting = conditions.filter { condition in
            let properties = (condition["if"] as? [String: [String: [String: Any]]])?["properties"]
            let name = properties?["command"]?["const"] as? String
            return properties?["columns"]?["const"] as? [String] == columns
                && (name == nil || name == answer["command"] as? String)
        }
        #expect(fitting.count == 1, "\(answer)")
    }

    /// Each field of the state is in the schema, and each of the schema is there.
    @Test func theSchemaHasTheFieldsOfStatus() async throws {
        let answer = try await ShellTrial { $0.format = .json }.run("status").data
        let properties = try #require(try await Self.schema()["properties"] as? [String: Any])
        let expected = Self.names(inSchema: try #require(properties["cluster"] as? [String: Any]), "")
        let found = Self.names(in: try #require(try Self.object(answer)["cluster"]), "")
        #expect(found.allSatisfy(expected.contains), "\(found.subtracting(expected))")
        // What nobody has made here is null or empty.
        let unmade = expected.subtracting(found).filter { !$0.hasPrefix(".healing_job.") && !$0.hasPrefix(".steps.") }
        #expect(unmade.isEmpty, "\(unmade)")
    }

    private static func names(in value: Any, _ path: String) -> Set<String> {
        if let fields = value as? [String: Any] {
            return fields.reduce(into: []) {
                $0.formUnion(names(in: $1.value, path + "." + $1.key).union([path + "." + $1.key]))
            }
        }
        return (value as? [Any] ?? []).reduce(into: []) { $0.formUnion(names(in: $1, path)) }
    }

    private static func names(inSchema schema: [String: Any], _ path: String) -> Set<String> {
        if let items = schema["items"] as? [String: Any] { return names(inSchema: items, path) }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        return properties.reduce(into: []) {
            $0.formUnion(names(inSchema: $1.value, path + "." + $1.key).union([path + "." + $1.key]))
        }
    }

    /// Where its columns are known, a name that none of them has is found before anything runs.
    @Test func unknownColumnsAreFoundWhenACommandIsRead() async throws {
        let answer = try await ShellTrial().run("echo first\nnode list --columns node,hots")
        #expect(answer.status == .usage && answer.data.isEmpty)
        #expect(answer.messages.contains("t:2:11: error: --columns: there is no column hots"), "\(answer)")
        #expect(answer.messages.contains("did you mean host?"))
    }
}
