/// Operations on TimescaleDB's background jobs.
package enum Jobs {
    /// Runs it now, in the foreground; the procedure may commit by itself, so it is never part of a transaction.
    package static func run(_ job: Int, _ capabilities: Capabilities) -> Plan {
        let call = FunctionCall(capabilities.function("run_job"), ["\(job)"])
        return Plan(call.procedure)
    }

    package static func setScheduled(_ scheduled: Bool, _ job: Int, _ capabilities: Capabilities) -> Plan {
        var call = FunctionCall(capabilities.function("alter_job"), ["\(job)", "scheduled => \(scheduled)"])
        // TimescaleDB forgets it where it is not said once more.
        if capabilities.canAlterTimezone {
            call.arguments.append(
                "timezone => (SELECT j.timezone FROM _timescaledb_config.bgw_job j WHERE j.id = \(job))")
        }
        return Plan(call.table)
    }

    package static func delete(_ job: Int, _ capabilities: Capabilities) -> Plan {
        let call = FunctionCall(capabilities.function("delete_job"), ["\(job)"])
        return Plan(call.scalar)
    }
}
