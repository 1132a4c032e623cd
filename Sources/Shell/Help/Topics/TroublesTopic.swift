extension HelpTopic {
    static let troubles = HelpTopic(
        "troubles", title: "troubleshooting", "What to do when something is wrong",
        [
            .paragraph(
                """
                'check' looks for every fault that is known and says what mends each; it only reads. 'status' shows the \
                cluster on one screen. What is seen most:
                """),
            .definitions([
                HelpDefinition(
                    "a node is down, reads fail",
                    "'node disable dn3': reads use the replicas on others; 'node enable dn3' when it is back"),
                HelpDefinition(
                    "a node is refused",
                    """
                    its server answers and opens no session: it starts or stops, is full, has no such database any more, \
                    or does not let the role in; 'check' says which, and what helps
                    """),
                HelpDefinition(
                    "the access node is not let in on a node",
                    """
                    'node reach' tries the way of each role from the access node, and says which password, certificate or \
                    line of pg_hba.conf is missing, and where; 'role passfile' shows which lines its passfile lacks, \
                    'role show app' where the password of a role is, 'role map' gives a role a password or another name \
                    there
                    """),
                HelpDefinition(
                    "a node does not prove itself, or gets no password",
                    """
                    it has no TLS, or a certificate that has ended, of another authority or another host; or it asks for \
                    the password in clear or as md5; the advice says whose connection it is, this machine's or the access \
                    node's own, and 'help connection' what holds for both
                    """),
                HelpDefinition(
                    "what answers is not the node",
                    """
                    the address leads to another node, another cluster, an empty or a restored database: 'check' tells to \
                    what, and 'node alter' leads it back; until then nothing is changed or healed there
                    """),
                HelpDefinition(
                    "a node is lost for good",
                    """
                    'node abandon dn3 --lose-data' tells what only it had, asks, and takes it out; what others have too is \
                    whole, and 'hypertable repair' makes the copies that are missing then
                    """),
                HelpDefinition(
                    "a copy of a chunk broke off",
                    """
                    'check' shows it, and 'chunk cleanup' removes what it left; never TimescaleDB's own cleanup behind the \
                    stage delete_chunk, which drops the only copy
                    """),
                HelpDefinition(
                    "UPDATE or DELETE fails with 55000, no replica identity",
                    """
                    TimescaleDB copies that chunk at this moment, and its hypertable has no primary key: it is to be tried \
                    again when the chunk is moved; INSERT and COPY go on
                    """),
                HelpDefinition(
                    "a node is to be taken out, or is full",
                    """
                    'node drain dn3' moves all that it holds to the others while they are read and written, and says how it is \
                    deleted then; 'hypertable balance' moves chunks until all nodes hold alike
                    """),
                HelpDefinition(
                    "chunks have too few copies, or copies that differ",
                    """
                    'chunk list --under-replicated' shows where copies are missing; 'hypertable repair' makes them, and makes \
                    anew what 'chunk verify' finds to lack rows; where each copy has rows that another lacks, --keep says which is right, \
                    and the others' rows are kept
                    """),
                HelpDefinition(
                    "UPDATE or DELETE finds no row that is there",
                    """
                    TimescaleDB finds the rows of all copies of a chunk by their places in one, which are others in a copy that \
                    was made anew: while a chunk is moved it has two copies, and such a statement may answer 0 rows, or \
                    change one copy alone; run it again when the move is done, and 'chunk verify' tells whether copies \
                    differ
                    """),
                HelpDefinition(
                    "distributed hypertable member cannot create chunk on its own",
                    """
                    a COPY that waited while the chunk that it writes to went to another node fails so once, and has \
                    written nothing; run it again
                    """),
                HelpDefinition(
                    "locks are held, VACUUM is held back",
                    "by transactions in doubt: 'heal list' shows them, 'heal all' ends them"),
                HelpDefinition(
                    "healing says blocked",
                    "'heal list' has the malformed transaction; ROLLBACK PREPARED on that node itself ends it"),
                HelpDefinition(
                    "the access node's disk grows",
                    "with its log of distributed transactions, which healing empties: 'heal schedule'"),
                HelpDefinition(
                    "42710 already in use, after a crash",
                    "SELECT txid_current(); on the access node, then 'heal all'"),
                HelpDefinition(
                    "the access node crashes at INSERT",
                    """
                    2.13 does when a node that the rows go to does not answer: see which by 'node ping', and write to \
                    no chunk that only this node has until it is back
                    """),
                HelpDefinition(
                    "node is already a data node",
                    """
                    its database is one, or was one before; 'node add' tells which, and of one that was how it is freed
                    """),
                HelpDefinition(
                    "permission denied for foreign server, no data nodes can be assigned",
                    "the role may not use the nodes: 'role grant app --nodes all'"),
                HelpDefinition(
                    "permission denied on a data node only",
                    "grants on schemas are not handed on: 'check' shows what differs, and the 'exec' that mends it"),
                HelpDefinition(
                    "a node can't be attached again, 42P07",
                    "what it held before is still there: the error tells how to keep the rows and go on"),
                HelpDefinition(
                    "roles have drifted apart", "'role check' shows in what, 'role sync' mends it"),
            ]),
        ])
}
