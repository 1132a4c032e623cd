/// The words of commands and of the statements that control others, each with those that may come behind it.
struct CommandTree: Sendable {
    /// Where one is behind some words; 0 is behind none.
    typealias Place = Int

    private struct Node {
        var words = ByteKeys()
        /// Where one is behind each of the words.
        var places: [Place] = []
        /// What has these words.
        var syntax: CommandSyntax?
        /// What one of the statements is that control others, whose words begin so.
        var control: CommandSyntax?
        /// The last of the words up to here.
        var word = ""
        /// The words up to here.
        var name = ""
    }

    private var nodes = [Node()]
    /// Other words for the first one, and where one is behind each.
    private var aliases = ByteKeys()
    private var aliasPlaces: [Place] = []

    init(_ commands: [CommandSyntax], control: [CommandSyntax]) {
        for command in commands { insert(command, isControl: false) }
        for statement in control { insert(statement, isControl: true) }
    }

    private mutating func insert(_ syntax: CommandSyntax, isControl: Bool) {
        var place = 0
        for word in syntax.words {
            let bytes = Array(word.utf8)
            if let next = self.place(behind: place, at: Span(0, bytes.count), in: bytes) {
                place = next
            } else {
                let name = nodes[place].name
                nodes.append(Node(word: word, name: name.isEmpty ? word : name + " " + word))
                nodes[place].words.append(word)
                nodes[place].places.append(nodes.count - 1)
                place = nodes.count - 1
            }
            if isControl { nodes[place].control = syntax }
        }
        nodes[place].syntax = syntax
        for alias in syntax.aliases {
            aliases.append(alias)
            aliasPlaces.append(place)
        }
    }

    func place(behind place: Place, at span: Span, in bytes: [UInt8]) -> Place? {
        if let index = nodes[place].words.index(of: span, in: bytes) { return nodes[place].places[index] }
        return place == 0 ? aliases.index(of: span, in: bytes).map { aliasPlaces[$0] } : nil
    }

    func name(at place: Place) -> String { nodes[place].name }

    /// The command or statement whose words were read.
    func syntax(at place: Place) -> CommandSyntax? { nodes[place].syntax }

    /// The statement that controls others whose words begin so.
    func control(at place: Place) -> CommandSyntax? { nodes[place].control }

    /// The words that may come behind a place, each with what it names or begins.
    func words(behind place: Place) -> [(word: String, summary: String, control: CommandSyntax?)] {
        nodes[place].places.map { (nodes[$0].word, summary(at: $0), nodes[$0].control) }
    }

    /// Of the beginning of several commands, the words that may follow it.
    private func summary(at place: Place) -> String {
        let node = nodes[place]
        if let syntax = node.syntax ?? node.control { return syntax.summary }
        return node.places.map { nodes[$0].word }.joined(separator: ", ")
    }
}
