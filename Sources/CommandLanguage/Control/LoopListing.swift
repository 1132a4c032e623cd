/// The words that stand for all there is of a kind, where one of them is the only word that a loop is given.
enum LoopListing: String, CaseIterable {
    case nodes, roles, hypertables
}
