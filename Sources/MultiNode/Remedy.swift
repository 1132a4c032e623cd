/// What to do about an error.
package enum Remedy {
    /// The node that a message comes from: an access node hands on an error of `dn1` as `[dn1]: …`.
    package static func node(inMessage message: String) -> String? {
        guard message.hasPrefix("["), let end = message.firstIndex(of: "]") else { return nil }
        let name = message[message.index(after: message.startIndex)..<end]
        return name.isEmpty || !message[end...].hasPrefix("]: ") ? nil : String(name)
    }

    /// One sentence; nil where there is nothing to add to what the server said.
    package static func remedy(sqlstate: String?, message: String, detail: String?) -> String? {
        nil
    }
}
