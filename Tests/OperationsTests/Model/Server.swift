import MultiNode

enum Server {
    private static let row: [String: String?] = [
        "server_version": "150014", "extension_version": "2.13.1", "extension_schema": "public", "database": "dist",
    ]
    static let capabilities = Capabilities(row: row)
    static let ofSuperuser = Capabilities(row: row.merging(["superuser": "on"]) { $1 })
}
