/// The hosts of a node, of which libpq takes the first that will do.
extension DataNode {
    private var hasSeveralHosts: Bool { host.contains(",") }

    /// Each with its port.
    var places: String { PasswordFile.Place.all(self).map { "\($0.host):\($0.port)" }.listed }

    /// What there is to know where nothing comes back from one of several; empty where there is one.
    var adviceOnTurns: String {
        guard hasSeveralHosts else { return "" }
        return """
            ; its hosts are tried in turn, and where one drops packets the others wait: the one that answers belongs in front \
            ('node set \(word: name) --option host=HOSTS port=PORTS')
            """
    }
}
