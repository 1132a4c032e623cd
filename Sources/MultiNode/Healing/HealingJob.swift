/// The job that heals all nodes at intervals.
///
/// The procedure can't catch errors of healing, because healing can't run in a subtransaction. So it pings each node
/// first, skips those that don't answer or hold what another access node has prepared, and commits after each. It visits the nodes in random order: if a node answers
/// but can't be healed, the run ends there, and a fixed order would never reach the nodes behind it.
package enum HealingJob {
    static let name = "tscl_heal_data_nodes"

    /// The procedure that the job runs; it identifies the job among others.
    package static func procedure(_ capabilities: Capabilities) -> TableName {
        TableName(schema: capabilities.extensionSchema, name: name)
    }

    /// - Parameters:
    ///   - interval: as PostgreSQL reads it: `5 minutes`.
    ///   - existing: the number of the job if there is one already; it gets the new interval, and is resumed if paused.
    package static func schedule(every interval: String, existing: Int? = nil, _ capabilities: Capabilities) -> Plan {
        let procedure = procedure(capabilities)
        var alter = FunctionCall(capabilities.function("alter_job"), [])
        if let existing {
            alter.arguments = ["\(existing)", "schedule_interval => \(interval)", "scheduled => \(true)"]
            alter.arguments += Jobs.keepingTimezone(of: "\(existing)", capabilities)
        } else {
            let add = FunctionCall(capabilities.function("add_job"), ["\(regclass: procedure)", "\(interval)"])
            alter.arguments = ["\(raw: add.text)"]
        }
        // Lets the scheduler end a run that hangs: in old versions ping_data_node has no timeout.
        alter.arguments.append("max_runtime => \("5 minutes")")
        return .together([
            definition(procedure, capabilities),
            alter.table,
        ])
    }

    /// Whether the job is as ``schedule(every:existing:_:)`` would make it: one row with one boolean.
    package static func isScheduled(every interval: String, _ job: Int, _ capabilities: Capabilities) -> SQL {
        let procedure = procedure(capabilities)
        return """
            SELECT j.scheduled AND j.schedule_interval = \(interval, type: "interval")
                   AND j.max_runtime = interval '5 minutes'
                   AND EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                                WHERE n.nspname = \(procedure.schema ?? "") AND p.proname = \(procedure.name)
                                      AND p.prosrc = \(body(capabilities).text))
              FROM timescaledb_information.jobs j
             WHERE j.job_id = \(job)
            """
    }

    /// - Parameter job: its number.
    package static func unschedule(_ job: Int, _ capabilities: Capabilities) -> Plan {
        let delete = FunctionCall(capabilities.function("delete_job"), ["\(job)"])
        return .together([
            delete.scalar,
            "DROP PROCEDURE IF EXISTS \(qualified: procedure(capabilities))(int, jsonb)",
        ])
    }

    /// Pauses the job, which is found by its procedure instead of its number.
    package static func pause(_ capabilities: Capabilities) -> SQL {
        let procedure = procedure(capabilities)
        var alter = FunctionCall(capabilities.function("alter_job"), ["job_id", "scheduled => false"])
        alter.arguments += Jobs.keepingTimezone(of: "job_id", capabilities)
        return """
            SELECT \(raw: alter.text) FROM timescaledb_information.jobs \
            WHERE proc_schema = \(literal: procedure.schema ?? "") AND proc_name = \(literal: procedure.name)
            """
    }

    private static func definition(_ procedure: TableName, _ capabilities: Capabilities) -> SQL {
        """
        CREATE OR REPLACE PROCEDURE \(qualified: procedure)(job_id int, config jsonb) LANGUAGE plpgsql AS \
        $procedure$\(raw: body(capabilities))$procedure$
        """
    }

    /// What the server keeps as the procedure's source.
    private static func body(_ capabilities: Capabilities) -> SQL {
        let guarding = NodeProof.healable(server: "node.oid")
        let timeout: SQL = capabilities.canPingWithTimeout ? ", '5 seconds'" : ""
        return """

            DECLARE
                node record;
                is_own boolean;
            BEGIN
                PERFORM pg_catalog.txid_current();
                COMMIT;
                FOR node IN
                    SELECT s.oid, d.node_name
                      FROM timescaledb_information.data_nodes d
                      JOIN pg_catalog.pg_foreign_server s ON s.srvname = d.node_name
                     WHERE NOT COALESCE('available=false' = ANY (d.options), false)
                     ORDER BY pg_catalog.random()
                LOOP
                    IF \(raw: capabilities.internalFunction("ping_data_node"))(node.node_name\(raw: timeout)) THEN
                        COMMIT;
                        BEGIN
                            CALL \(raw: capabilities.function("distributed_exec"))(
                                \(raw: guarding), node_list => ARRAY[node.node_name]);
                            is_own := true;
                        EXCEPTION WHEN invalid_text_representation THEN
                            is_own := false;
                            RAISE WARNING 'data node % holds what another access node has prepared, and was not healed', node.node_name;
                        END;
                        COMMIT;
                        IF is_own THEN
                            PERFORM \(raw: capabilities.internalFunction("remote_txn_heal_data_node"))(node.oid);
                        END IF;
                    ELSE
                        RAISE WARNING 'data node % does not answer and was not healed', node.node_name;
                    END IF;
                    COMMIT;
                END LOOP;
            END

            """
    }
}
