import Platform
package import Postgres
import SystemPackage

/// A file by which a connection proves who it is or who its server is ("Parameter Key Words" of libpq's manual).
package struct LoginFile: Sendable, Equatable {
    /// libpq's keyword for it.
    package let keyword: String
    /// Where it is, from the root.
    package let path: String
    /// Whether libpq looks there by itself.
    package let isUsual: Bool

    package init(keyword: String, path: String, isUsual: Bool = false) {
        self.keyword = keyword
        self.path = path
        self.isUsual = isUsual
    }

    /// A folder of files, which are read when they are wanted.
    var isFolder: Bool { keyword == "sslcrldir" }

    /// Where libpq looks, below the home folder.
    private static let usual: [(keyword: String, place: String?)] = [
        ("passfile", ".pgpass"), ("sslrootcert", ".postgresql/root.crt"), ("sslcert", ".postgresql/postgresql.crt"),
        ("sslkey", ".postgresql/postgresql.key"), ("sslcrl", ".postgresql/root.crl"),
        ("sslcrldir", nil),
    ]

    /// Those of a connection that was made.
    ///
    /// - Parameters:
    ///   - home: the home folder of who made it.
    ///   - canonical: the path of what is there, from the root; nil when nothing is there.
    package static func all(
        of connection: ConnectionInfo, home: String?,
        canonical: (String) -> String? = { FilePath($0).canonical?.string }
    ) -> [LoginFile] {
        usual.compactMap { keyword, place in
            let usual = place.flatMap { place in home.map { $0 + "/" + place } }
            let named = connection.login[keyword].flatMap { $0.isEmpty ? nil : $0 }
            // "system" stands for what the operating system trusts.
            if let named, named != usual, !(keyword == "sslrootcert" && named == "system") {
                return LoginFile(keyword: keyword, path: named.hasPrefix("/") ? named : canonical(named) ?? named)
            }
            guard let usual, keyword == "passfile" || !connection.isLocalSocket, canonical(usual) != nil else {
                return nil
            }
            return LoginFile(keyword: keyword, path: usual, isUsual: true)
        }
    }
}
