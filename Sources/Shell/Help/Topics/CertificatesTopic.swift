import CommandLanguage

extension HelpTopic {
    static let certificates = HelpTopic(
        "certificates", "Certificates: what exists where, how they are made and renewed",
        [
            .paragraph(
                """
                Where data nodes ask for certificates (hostssl … cert in pg_hba.conf), the access node shows one for each role \
                that goes there, and no password is needed. A certificate's name (CN) is the role's name on the data node.
                """),
            .paragraph("What is where:"),
            .definitions([
                HelpDefinition(
                    "each server",
                    """
                    ssl = on, ssl_cert_file, ssl_key_file, and ssl_ca_file with the authority, in postgresql.conf; on the \
                    data nodes hostssl all all all cert in pg_hba.conf
                    """),
                HelpDefinition(
                    "the access node",
                    """
                    in the folder of timescaledb.ssl_dir (timescaledb/certs in the data folder, unless it is set) NAME.crt and \
                    NAME.key for each role, where NAME is the MD5 sum of its name: 'role certificate'. They belong to the \
                    server's user, mode 0600
                    """),
                HelpDefinition(
                    "here",
                    """
                    sslmode=verify-full, sslrootcert, sslcert and sslkey in the connection or ~/.postgresql, as for psql: \
                    tscl's own way to all servers
                    """),
                HelpDefinition(
                    "the authority's key", "on none of the servers; 'role certificate' reads it, and sends it nowhere"),
            ]),
            .paragraph("A role that gets in, and the same again before its certificate ends:"),
            .lines([
                "role create app --everywhere --login --if-not-exists",
                "role grant app --nodes all",
                "role certificate app --ca-cert ca.crt --ca-key ca.key --days 365",
                "node reach --as app",
            ]),
            .paragraph(
                """
                tscl writes where it runs on the access node's machine as the server's user or root, and else says what to do \
                there. Renewing keeps the key, so that key and certificate fit together at each moment: there is no \
                outage, and connections that are open stay. A key that others may know is moved away first (mv NAME.key \
                NAME.key.old); 'role certificate' then makes a new one. What was there before is NAME.crt.before.
                """),
            .paragraph(
                """
                Another authority without outage: put both authorities, one behind the other, into the file of each data node's \
                ssl_ca_file and reload them; make the roles' certificates with the new one; see 'node reach'; then take \
                the old one out. The servers' own certificates are for the operator to renew: the file, then a reload.
                """),
            .paragraph("What the servers say, and what mends it:"),
            .definitions([
                HelpDefinition("certificate expired", "'role certificate' renews it"),
                HelpDefinition("unknown ca", "made by an authority that is not in the node's ssl_ca_file"),
                HelpDefinition(
                    "requires a valid client certificate", "NAME.crt is missing, or the access node has ssl = off"),
                HelpDefinition("not private key file", "NAME.key is missing: 'role certificate' makes both"),
                HelpDefinition("has group or world access", "chmod 0600 NAME.key"),
                HelpDefinition("certificate authentication failed", "its name (CN) is another role's"),
                HelpDefinition(
                    "certificate verify failed",
                    "the node's own certificate is of none of the access node's authorities"),
            ]),
        ])
}
