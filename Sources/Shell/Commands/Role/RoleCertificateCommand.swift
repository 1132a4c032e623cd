import ClusterAccess
import CommandLanguage
import MultiNode
import Sandbox

struct RoleCertificateCommand: Command {
    private static let names = Operand<[Argument]>("NAMES", .role, distinct: true)
    private static let authority = Option<Argument?>(
        "--ca-cert", "FILE", .file, required: true, "The certificate of the authority that the data nodes believe")
    private static let authorityKey = Option<Argument?>(
        "--ca-key", "FILE", .file, required: true, "The authority's key, without a pass phrase")
    private static let days = Option<Int>("--days", "N", 1...36500, default: 365, "How long the certificates are good")

    static let syntax = CommandSyntax(
        "role certificate", group: .roles, "Make the certificates by which the access node goes to data nodes as roles",
        operands: [names], options: [authority, authorityKey, days], changes: true,
        details: """
            TimescaleDB looks for them in the folder of timescaledb.ssl_dir (timescaledb/certs in the data folder, unless it \
            is set): NAME.crt and NAME.key, where NAME is the MD5 sum of the role's name on the data nodes. tscl puts them \
            there on the access node's machine, as the server's user or root: it is connected as a superuser then, which \
            shows it that the folder is on this machine. From elsewhere it writes nothing, and says what is to be done there. \
            A key that is there is kept, and gets a new certificate; the certificate before stays beside it as \
            NAME.crt.before. Keys are made by openssl in files that nobody else can read, mode 0600, and are shown nowhere. \
            It can't be in a transaction, which would not undo it. Afterwards the access node is asked whether it gets in.
            """,
        examples: ["role certificate app --ca-cert ca.crt --ca-key ca.key --days 90"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "a certificate can't be made in a transaction, which would not undo it"
    }

    private func path(_ option: Option<Argument?>) -> String { arguments[option].map { arguments.path($0) } ?? "" }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        let cluster = context.cluster
        let nodes = try await cluster.nodes()
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let known = try await cluster.roles().map(\.name)
        let mappings = try await cluster.userMappings()
        var logins: [String] = []
        for role in arguments[Self.names] {
            guard known.contains(role.text) else { throw arguments.unknownRole(role, among: known) }
            for node in nodes {
                guard let login = mappings.name(of: role.text, on: node.name) else {
                    throw Failure(
                        "who \(role.text) is on \(node.name) can't be seen as this role",
                        remedy: "connect as a superuser")
                }
                if !logins.contains(login) { logins.append(login) }
            }
        }
        let proposed = try proposal(try await cluster.certificates(of: logins))
        if context.settings.dryRun { return proposed.preview(context.output) }
        var outcome = try await ProposalRun(proposed, context).carryOut(for: arguments) { $0 }
        guard outcome.changed else { return outcome }
        for role in arguments[Self.names].map(\.text) {
            outcome.add(
                turnedAway: try await context.turnedAway(nodes, as: role) { node in
                    ReachCheck.wayInByCertificate(node, login: mappings.name(of: role, on: node.name) ?? role)
                })
        }
        return outcome
    }

    private func proposal(_ places: [AccessNodeCertificate]) throws -> Proposal {
        let (file, keyFile) = (path(Self.authority), path(Self.authorityKey))
        let authority = RoleCertificateAuthority(certificate: file, key: keyFile)
        let days = arguments[Self.days]
        var proposal = Proposal([], concernsNodes: false)
        for place in places {
            guard place.usesTLS else {
                throw Failure(
                    "the access node's server has ssl = off, and shows no certificate to a node",
                    remedy:
                        "set ssl = on there, with ssl_ca_file, ssl_cert_file and ssl_key_file, and reload it: 'help certificates'"
                )
            }
            guard place.place != nil else {
                throw Failure(
                    "where the access node's certificates are can't be seen as this role",
                    remedy: "connect as a superuser, or as a member of pg_read_all_settings")
            }
            guard place.isHere else { throw elsewhere(place, file, keyFile) }
            proposal.items.append(
                .init(
                    .action("written: \(place.certificate), of \(place.login), for \(days.counted("day"))") {
                        let hadKey = place.hasKey
                        let made = try await authority.certify(
                            place.login, key: hadKey ? place.key : nil, days: days)
                        try place.write(certificate: made.certificate, newKey: made.newKey)
                        let end = made.end.map { ", good until \($0)" } ?? ""
                        let key = hadKey ? "\(place.key) kept" : "\(place.key) made"
                        return Outcome(
                            text: ["\(place.login): \(place.certificate) written\(end); \(key)"], changed: true)
                    }))
        }
        return proposal
    }

    /// The key is best made where it is needed, so that it never travels.
    private func elsewhere(_ place: AccessNodeCertificate, _ file: String, _ keyFile: String) -> Failure {
        let subject = ShellWord.quoted("/CN=\(place.login)")
        return Failure(
            "the access node's certificates are not on this machine, or this role can't see that they are",
            remedy: """
                connect as a superuser on the access node's machine; or make it by hand. On that machine, as the server's user:
                    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj \(subject) -keyout \
                \(ShellWord.quoted(place.key)) -out role.csr
                (a key that is there is kept with -key instead of -newkey and all up to -keyout); where the authority is, with that role.csr:
                    openssl x509 -req -in role.csr -CA \(ShellWord.quoted(file)) -CAkey \(ShellWord.quoted(keyFile)) \
                -CAcreateserial -days \(arguments[Self.days]) -out role.crt
                and role.crt there as \(place.certificate), both files of the server's user with mode 0600
                """)
    }
}
