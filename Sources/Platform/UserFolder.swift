import Glibc
package import SystemPackage

/// A folder of tscl's own among a person's files (XDG Base Directory Specification).
package struct UserFolder: Sendable {
    private let variable: String
    /// Where the folder's parent is in a home when the variable names none.
    private let place: FilePath

    /// For what outlives a run.
    package static let state = UserFolder(variable: "XDG_STATE_HOME", place: ".local/state")
    /// For what people write themselves.
    package static let configuration = UserFolder(variable: "XDG_CONFIG_HOME", place: ".config")

    /// Nil when there is no home. The folder need not exist.
    package var path: FilePath? {
        path(
            environment: { Environment[nonEmpty: $0] },
            passwordDatabase: { getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) } },
            exists: { access($0.string, F_OK) == 0 })
    }

    /// - Parameters:
    ///   - environment: the value of a variable; nil when it is unset or empty.
    ///   - passwordDatabase: the home that passwd(5) has for this user.
    func path(
        environment: (String) -> String?, passwordDatabase: () -> String?, exists: (FilePath) -> Bool
    ) -> FilePath? {
        if let base = environment(variable).map({ FilePath($0) }), base.isAbsolute { return base.appending("tscl") }
        // As for psql, HOME counts where it is set, right or wrong. An account without a home, as daemons have, gets none
        // from us.
        guard let home = (environment("HOME") ?? passwordDatabase()).map({ FilePath($0) }), home.isAbsolute,
            exists(home)
        else { return nil }
        return home.pushing(place).appending("tscl")
    }

    /// The path, after making what is missing of it, for this user alone. What can't be made shows when a file in it is opened.
    package func make() -> FilePath? {
        guard let path else { return nil }
        var folder = FilePath("/")
        for component in path.components {
            folder.append(component)
            mkdir(folder.string, 0o700)
        }
        return path
    }
}
