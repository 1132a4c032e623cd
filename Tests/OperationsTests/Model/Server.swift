import MultiNode

enum Server {
    static let capabilities = Capabilities(row: [
        "server_version": "150014", "extension_version": "2.13.1", "extension_schema": "public", "database": "dist",
    ])
}
