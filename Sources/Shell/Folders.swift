import Glibc
import Platform

/// Where tscl keeps what outlives it (XDG Base Directory Specification).
enum StateFolder {
    /// The path of a file in it, whose folder is made when it is missing; nil when there is no home.
    static func file(_ name: String) -> String? {
        guard let folder = XDGFolder.path("XDG_STATE_HOME", "/.local/state") else { return nil }
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/" + part
            // Each may be there already; what can't be made shows when the file is opened.
            mkdir(path, 0o700)
        }
        return folder + "/" + name
    }
}

/// Where its users keep what they set.
enum ConfigurationFolder {
    static func file(_ name: String) -> String? {
        XDGFolder.path("XDG_CONFIG_HOME", "/.config").map { $0 + "/" + name }
    }
}

private enum XDGFolder {
    static func path(_ variable: String, _ fallback: String) -> String? {
        if let base = Environment[variable], base.hasPrefix("/") { return base + "/tscl" }
        // An account without a home, as daemons have, gets none from us.
        guard let home = Environment["HOME"], home.hasPrefix("/"), access(home, F_OK) == 0 else { return nil }
        return home + fallback + "/tscl"
    }
}
