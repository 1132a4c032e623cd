/// A part of a table's definition, as the catalogs have it.
struct DefinitionPart: Sendable, Equatable {
    enum Kind: String, Sendable {
        /// `name`.
        case owner
        /// `definition`: `name type …`.
        case column
        /// The sequence `schema`.`name` of the column `state`; `head`: ALWAYS or BY DEFAULT; `definition`: its options.
        case identity
        /// The sequence `schema`.`name` of a default, which belongs to `head`: `definition` makes it, `state` has a column
        /// own it.
        case sequence
        /// On such a sequence: `head`: the privileges; `definition`: to whom; `state`: WITH GRANT OPTION.
        case sequenceGrant = "sequence grant"
        /// `name`, `definition`.
        case check
        /// A constraint with an index of its name: primary and unique keys, exclusions.
        case key
        case foreignKey = "foreign key"
        /// `head`: `UNIQUE ` or nothing; `definition`: `USING …`.
        case index
        /// `definition`: what follows ALTER INDEX.
        case indexOption = "index option"
        /// An index as the table's identity or order; `definition`: what follows ALTER TABLE, up to its name.
        case chosenIndex = "chosen index"
        /// `head` and `definition`: what stands before and behind the table; `state`: whether it fires.
        case trigger
        /// `head`: to whom they belong; `definition`: what stands between their name and FROM; `state`: their target.
        case statistics
        /// `definition`: what follows ALTER TABLE.
        case columnOption = "column option"
        case option
        /// `name`: to whom, nobody for PUBLIC; `head`: the privileges; `state`: WITH GRANT OPTION.
        case grant
        /// What the owner has taken from itself: `head`.
        case revoke
        /// `head`: on what kind of thing; `definition`: the text.
        case comment
    }

    let kind: Kind
    let schema: String?
    let name: String
    let head: String
    let definition: String
    let state: String

    /// - Parameter row: of ``query(of:_:)``; nil for what is none.
    init?(row: [String: String?]) {
        let row = Row(row)
        guard let kind = row["kind"].flatMap(Kind.init) else { return nil }
        self.kind = kind
        schema = row["schema"]
        name = row["name"] ?? ""
        head = row["head"] ?? ""
        definition = row["definition"] ?? ""
        state = row["state"] ?? ""
    }

    /// The text that PostgreSQL has made of it.
    var sql: SQL { SQL(stringLiteral: definition) }
    var headSQL: SQL { SQL(stringLiteral: head) }
    var stateSQL: SQL { SQL(stringLiteral: state) }
}
