/// The settings of a server of a sandbox: `postgresql.conf` and `pg_hba.conf`.
///
/// Both lie beside the data folder and belong to whoever made the sandbox, not in it: nothing then has to be written, by the
/// superuser perhaps, into a folder of the servers' user. `ALTER SYSTEM` works as usual.
struct ServerConfiguration {
    let node: Node
    let engine: Engine

    /// The text of `postgresql.conf`.
    var settings: String {
        var settings: [(name: String, value: String)] = [
            ("hba_file", quoted(node.accessFile)),
            ("listen_addresses", node.login.loopback ? quoted(SandboxLogin.address) : "''"),
            ("port", "\(node.port)"),
            ("unix_socket_directories", quoted(node.socketDirectory)),
            ("unix_socket_permissions", "0700"),
            ("cluster_name", quoted(node.name)),
            ("max_connections", "100"),
            ("shared_buffers", "'16MB'"),
            // Segments in files of the data folder: a killed server leaves nothing in /dev/shm.
            ("dynamic_shared_memory_type", "mmap"),
            ("max_worker_processes", "32"),
            // A sandbox survives the death of its processes without it; only a crash of the machine would lose data.
            ("fsync", "off"),
            // What multi-node needs: two-phase commit, and logical decoding to copy chunks.
            ("max_prepared_transactions", "150"),
            ("wal_level", "logical"),
            ("statement_timeout", "0"),
            ("log_line_prefix", "'%m [%p] %q%u@%d '"),
            // Messages are compared and searched.
            ("lc_messages", "'C'"),
            ("timezone", "'UTC'"),
            ("log_timezone", "'UTC'"),
            ("default_text_search_config", "'pg_catalog.english'"),
            // What a script of the emulator asks for before it runs, and by which a person can tell where they are.
            ("tscl.sandbox", "on"),
        ]
        if node.role == .access {
            settings += [("jit", "off"), ("enable_partitionwise_aggregate", "on")]
        }
        if case .timescaledb = engine {
            settings += [
                ("shared_preload_libraries", "'timescaledb'"),
                ("timescaledb.telemetry_level", "off"),
            ]
        }
        settings += authentication
        return settings.map { "\($0.name) = \($0.value)\n" }.joined()
    }

    private var authentication: [(name: String, value: String)] {
        let files = node.secrets
        switch node.login.authentication {
        case .trust: return []
        case .password:
            let passfile = [("timescaledb.passfile", quoted(files.passfile))]
            return [("password_encryption", "'scram-sha-256'")] + (node.role == .access ? passfile : [])
        case .certificate:
            let roles = [("timescaledb.ssl_dir", quoted(files.roles))]
            return [
                ("ssl", "on"),
                ("ssl_ca_file", quoted(files.authority)),
                ("ssl_cert_file", quoted(files.certificate)),
                ("ssl_key_file", quoted(files.key)),
            ] + (node.role == .access ? roles : [])
        }
    }

    /// The text of `pg_hba.conf`. With trust, who reaches the socket may do everything: its folder lets nobody else in.
    /// A socket knows no certificates, so with these it lets nobody in at all.
    var access: String {
        var rules: [String] = []
        for database in ["all", "replication"] {
            let (local, host) =
                switch node.login.authentication {
                case .trust: ("trust", "host \(database) all 127.0.0.1/32 trust")
                case .password: ("scram-sha-256", "host \(database) all 127.0.0.1/32 scram-sha-256")
                case .certificate: ("reject", "hostssl \(database) all 127.0.0.1/32 cert")
                }
            rules.append("local \(database) all \(local)")
            if node.login.loopback { rules.append(host) }
        }
        return rules.map { $0 + "\n" }.joined()
    }

    /// A string in PostgreSQL's configuration syntax.
    private func quoted(_ value: String) -> String {
        var result = "'"
        for character in value {
            switch character {
            case "'": result += "''"
            case "\\": result += "\\\\"
            default: result.append(character)
            }
        }
        return result + "'"
    }
}
