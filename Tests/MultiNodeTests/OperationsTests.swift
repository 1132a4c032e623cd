import MultiNode
import Testing

@Suite struct OperationsTests {
    let server = Servers.version213

    @Test func hypertables() throws {
        var hypertable = NewHypertable(try TableName("Conditions"), timeColumn: "time")
        #expect(
            shown(Hypertables.create(hypertable, server))
                == [#"SELECT * FROM "public".create_distributed_hypertable('"Conditions"', 'time')"#])
        hypertable.partitionColumn = "device"
        hypertable.partitions = 4
        hypertable.chunkInterval = ChunkInterval("1 day")
        hypertable.replicationFactor = 2
        hypertable.nodes = ["dn1", "Dn 2"]
        hypertable.ifNotExists = true
        #expect(
            shown(Hypertables.create(hypertable, server)) == [
                """
                SELECT * FROM "public".create_distributed_hypertable('"Conditions"', 'time', \
                partitioning_column => 'device', number_partitions => 4, chunk_time_interval => '1 day'::interval, \
                if_not_exists => true, replication_factor => 2, data_nodes => '{dn1,"Dn 2"}'::name[])
                """
            ])
        hypertable = NewHypertable(try TableName("s.ints"), timeColumn: "t")
        hypertable.chunkInterval = ChunkInterval("1000")
        #expect(
            shown(Hypertables.create(hypertable, server)) == [
                """
                SELECT * FROM "public".create_distributed_hypertable('"s"."ints"', 't', \
                chunk_time_interval => '1000'::bigint)
                """
            ])
        #expect(
            shown(Hypertables.setReplicationFactor(3, of: try TableName("t"), server))
                == [#"SELECT "public".set_replication_factor('"t"', 3)"#])
    }

    @Test func exec() {
        let plan = DistributedExec.run("CREATE SCHEMA s", server)
        #expect(shown(plan) == [#"CALL "public".distributed_exec('CREATE SCHEMA s')"#])
        let apart = DistributedExec.run("VACUUM", on: ["dn1"], transactional: false, server)
        #expect(
            shown(apart) == [
                #"CALL "public".distributed_exec('VACUUM', node_list => '{dn1}'::name[], transactional => false)"#
            ])
    }

    @Test func restorePointsAndJobs() throws {
        #expect(
            shown(try RestorePoints.create("nightly", server))
                == [#"SELECT * FROM "public".create_distributed_restore_point('nightly')"#])
        #expect(throws: MultiNodeError.self) { try RestorePoints.create("nightly", Servers.version20) }
        #expect(shown(Jobs.run(1000, server)) == [#"CALL "public".run_job(1000)"#])
        #expect(
            shown(Jobs.setScheduled(false, 1000, server)) == [
                #"SELECT * FROM "public".alter_job(1000, scheduled => false)"#
            ])
        #expect(shown(Jobs.delete(1000, server)) == [#"SELECT "public".delete_job(1000)"#])
    }

    /// TimescaleDB forgets the time zone of a job that is altered where it is not said once more.
    @Test func whatAltersAJobKeepsItsTimeZone() {
        let server = Servers.capabilities(
            "2.13.1", postgres: 150_020,
            functions: Servers.functionsOf213 + ["public.alter_job(job_id,schedule_interval,scheduled,timezone)"])
        let keeping = "timezone => (SELECT j.timezone FROM _timescaledb_config.bgw_job j WHERE j.id = "
        for statement in shown(Jobs.setScheduled(false, 1000, server))
            + [shown(HealingJob.schedule(every: "1 hour", existing: 1000, server))[1]]
        {
            #expect(statement.contains(keeping + "1000)"), "\(statement)")
        }
        #expect(HealingJob.pause(server).shown.contains(keeping + "job_id)"))
        // One that is new has none, and one that is told as it was has its own.
        #expect(!shown(HealingJob.schedule(every: "1 hour", server))[1].contains("timezone"))
        let job = JobDefinition(row: [
            "job": "1000", "proc_schema": "public", "proc_name": "j", "schedule": "01:00:00",
            "timezone": "Europe/Rome", "max_retries": "3",
        ])
        #expect(job.statement(server).shown.hasSuffix("max_retries => 3, timezone => 'Europe/Rome')"))
    }

    @Test func theHealingJob() {
        let plan = HealingJob.schedule(every: "5 minutes", server)
        #expect(
            shown(plan)[1] == """
                SELECT * FROM "public".alter_job("public".add_job('"public"."tscl_heal_data_nodes"', '5 minutes'), \
                max_runtime => '5 minutes')
                """)
        #expect(shown(plan)[0].contains(#"ping_data_node(node.node_name, '5 seconds')"#))
        #expect(!shown(HealingJob.schedule(every: "5m", Servers.version291))[0].contains("'5 seconds'"))
        #expect(
            shown(HealingJob.schedule(every: "1 hour", existing: 1000, server))[1] == """
                SELECT * FROM "public".alter_job(1000, schedule_interval => '1 hour', scheduled => true, \
                max_runtime => '5 minutes')
                """)
        #expect(
            shown(HealingJob.unschedule(1000, server)) == [
                #"SELECT "public".delete_job(1000)"#,
                #"DROP PROCEDURE IF EXISTS "public"."tscl_heal_data_nodes"(int, jsonb)"#,
            ])
    }
}
