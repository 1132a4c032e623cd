/// The words of commands, each with those that may come behind it.
struct CommandTree: Sendable {
    /// Where one is behind some words; 0 is behind none.
    typealias Place = Int

    private struct Node {
        var words = ByteKeys()
        /// Where one is behind each of the words.
        var places: [Place] = []
        /// The number of the command with these words.
        var command: Int?
        /// The words up to here.
        var name = ""
    }

    private var nodes = [Node()]

    init(_ commands: [CommandSyntax]) {
        for (number, command) in commands.enumerated() {
            var place = 0
            for word in command.words {
                let bytes = Array(word.utf8)
                let span = Span(0, bytes.count)
                if let next = self.place(behind: place, at: span, in: bytes) {
                    place = next
                } else {
                    let name = nodes[place].name
                    nodes.append(Node(name: name.isEmpty ? word : name + " " + word))
                    nodes[place].words.append(word)
                    nodes[place].places.append(nodes.count - 1)
                    place = nodes.count - 1
                }
            }
            nodes[place].command = number
        }
    }

    func place(behind place: Place, at span: Span, in bytes: [UInt8]) -> Place? {
        nodes[place].words.index(of: span, in: bytes).map { nodes[place].places[$0] }
    }

    /// The number of the command whose words were read.
    func command(at place: Place) -> Int? { nodes[place].command }

    func name(at place: Place) -> String { nodes[place].name }
}
