import Foundation

/// What TimescaleDB 2.13.1 answered, as recorded.
struct Recording: Decodable {
    private struct Case: Decodable {
        let `case`: String
        let steps: [RecordedStep]
    }

    private let cases: [Case]

    static func load() throws -> Recording {
        try JSONDecoder().decode(Recording.self, from: Data(text("recorded", "json").utf8))
    }

    func steps(of name: String) -> [RecordedStep]? {
        cases.first { $0.case == name }?.steps
    }

    /// The text of a file that lies beside the tests.
    static func text(_ name: String, _ type: String) throws -> String {
        guard let url = Bundle.module.url(forResource: name, withExtension: type) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try String(contentsOf: url, encoding: .utf8)
    }
}

/// The answer to a step; without any of its fields for a step that stops, starts or reconnects.
struct RecordedStep: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        let severity: String?
        let sqlstate: String
        let message: String
        let detail: String?
        let hint: String?
    }

    let columns: [String]?
    let rows: [[RecordedValue]]?
    let command: String?
    let error: Message?
    let notices: [Message]?
}

/// A value, which PostgreSQL shows as the text that `text` gives.
enum RecordedValue: Decodable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case array([RecordedValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode([RecordedValue].self) {
            self = .array(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// As in a result in text format; the elements of the recorded arrays need no quotes.
    var text: String? {
        switch self {
        case .null: nil
        case .boolean(let value): value ? "t" : "f"
        case .integer(let value): "\(value)"
        case .string(let value): value
        case .array(let values): "{" + values.map { $0.text ?? "NULL" }.joined(separator: ",") + "}"
        }
    }
}
