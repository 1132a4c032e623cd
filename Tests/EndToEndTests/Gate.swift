import Foundation
import Sandbox
import Testing

/// A cluster of two nodes on which app gets in, and what changes it from outside.
struct Gate {
    let cluster: Cluster

    var secrets: String { cluster.sandbox.directory + "/an1/secrets" }
    func port(_ node: Int) -> Int { cluster.sandbox.nodes[node].port }

    /// - Returns: the status, the ways that are not reached as `from,to,as,reason`, and what is told besides.
    func reach(_ options: String = "") async throws -> (status: Int32, failing: [String], told: String) {
        let result = try await cluster.run("node reach \(options)", "--format", "csv")
        let failing = result.output.split(separator: "\n").filter { $0.contains(",false,") }.map { row in
            let fields = row.split(separator: ",", maxSplits: 5, omittingEmptySubsequences: false)
            return "\(fields[0]),\(fields[1]),\(fields[2]),\(fields[5])"
        }
        return (result.status, failing, result.errors)
    }

    /// Runs a line of sh(1) in the sandbox's folder.
    func shell(_ line: String) async throws {
        let environment = ["folder": cluster.sandbox.directory, "line": line]
        let done = await (try Program(environment: environment).start(shell: "cd \"$folder\" && eval \"$line\""))
            .end()
        #expect(done.status == 0, "\(line): \(done)")
    }

    /// Makes a certificate of app, and puts it where the access node looks for it.
    func certify(_ authority: String, days: Int = 2) async throws {
        try await shell(
            """
            set -e; cd client
            openssl req -new -newkey rsa:2048 -nodes -config openssl.cnf -subj /CN=app -keyout app.key -out app.csr
            openssl x509 -req -in app.csr -CA \(authority).crt -CAkey \(authority).key -set_serial 99 -days \(days) \
                -out app.crt
            name=$(printf app | md5sum | cut -c 1-32); owner=$(stat -c %u ../an1/secrets/roles)
            for kind in key crt; do install -o $owner -m 600 app.$kind ../an1/secrets/roles/$name.$kind; done
            """)
    }

    static func with(_ method: Authentication, _ body: (Gate) async throws -> Void) async throws {
        try await Cluster.with(nodes: 2, addingNodes: false, authentication: method) { cluster in
            let gate = Gate(cluster: cluster)
            let made = try await cluster.program.run(
                ["-v", "p1=\(gate.port(1))", "-v", "p2=\(gate.port(2))"],
                input: """
                    node add dn1 --host 127.0.0.1 --port ${p1}
                    node add dn2 --host 127.0.0.1 --port ${p2}
                    role create app --everywhere --login --grant-nodes all
                    exec ALTER ROLE app PASSWORD 'right'

                    """)
            #expect(made.status == 0, "\(made.errors)")
            switch method {
            case .certificate: try await gate.certify("ca")
            case .password: try await gate.shell("echo '*:*:*:app:right' >>an1/secrets/passfile")
            case .trust: break
            }
            let well = try await gate.reach()
            #expect(well.status == 0 && well.failing.isEmpty && well.told.isEmpty, "\(well)")
            try await body(gate)
        }
    }
}
