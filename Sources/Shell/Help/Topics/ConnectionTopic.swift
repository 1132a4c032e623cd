extension HelpTopic {
    static let connection = HelpTopic(
        "connection", "How the access node is found, and who logs in",
        [
            .paragraph(
                """
                -h, -p, -U and -d before the first word name host, port, role and database, as for psql; -d also \
                takes a URI or libpq's keywords and values. What is not given comes from PGHOST and the other \
                variables of libpq, a service file, and .pgpass. With nothing given and a sandbox running, it is the \
                sandbox; --sandbox NAME chooses among several.
                """),
            .lines([
                "tscl -h an1.example.com -U admin -d metrics",
                "tscl -d postgresql://admin@an1.example.com/metrics status",
                "tscl -d service=production node list", "tscl -h an1,an2 -p 5432,5433 -d metrics status",
            ]),
            .paragraph(
                """
                Several hosts are tried in turn, with one port for all or one for each; the first that lets one in is \
                the access node. Connecting may take 10 seconds in all, unless connect_timeout (PGCONNECT_TIMEOUT) says \
                how many each host has, or --timeout how long the whole command may take. A host that is silent leaves \
                the next its share of that.
                """),
            .paragraph(
                """
                A connection over TCP counts as lost when the other machine has not answered for a minute. What a \
                conninfo string or a service file says of keepalives, keepalives_idle, keepalives_interval, \
                keepalives_count or tcp_user_timeout counts instead.
                """),
            .paragraph(
                """
                tscl is for the access node. Some commands (node ping, node add, query, check, role check, status) \
                also connect to data nodes directly, at the address the access node has for them, with the role and \
                the password of its own connection, one that was typed too: what the access node can reach, this machine \
                may not. A password from .pgpass is for its own server only; where passwords differ, .pgpass is the place \
                for all of them.
                """),
            .paragraph(
                """
                A data node gets a password by SCRAM alone, neither in clear nor as md5. Where others are to be allowed, \
                PGREQUIREAUTH (or require_auth behind -d, with libpq 16) names the methods: password, md5, scram-sha-256, \
                none… Over TLS a libpq before 16 can't tell in clear from md5, so that both have to be allowed there.
                """),
            .paragraph(
                """
                What is said of TLS, certificates, Kerberos and the file of passwords (sslmode, sslrootcert, sslcert, \
                channel_binding, passfile…) holds for data nodes too, wherever it comes from. The options that the access \
                node has for a node may ask for more, and never for less. With sslmode verify-ca or verify-full a node that \
                does not prove itself is not up, even where the access node, which may ask for less, reaches it. A request \
                to cancel goes as libpq sends it, before version 17 without TLS: no password is in it.
                """),
            .lines(["tscl -d 'host=an1 sslmode=verify-full sslrootcert=ca.crt' check"]),
            .paragraph(
                """
                A connection that is lost is opened again by itself at the prompt only; if a transaction was open, the \
                next command is refused first, because nothing before it took effect. A script stops with status 3 \
                and says what may have taken effect. -w never asks for a password, which is what cron wants; -W asks \
                at once. One that was typed and is wrong is asked for again, three times in all.
                """),
        ])
}
