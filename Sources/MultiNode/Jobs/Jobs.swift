/// Operations on TimescaleDB's background jobs.
package enum Jobs {
    /// Runs it now, in the foreground; the procedure may commit by itself, so it is never part of a transaction.
    package static func run(_ job: Int, _ capabilities: Capabilities) -> Plan {
        let call = FunctionCall(capabilities.function("run_job"), ["\(job)"])
        return Plan(call.procedure)
    }

    package static func setScheduled(_ scheduled: Bool, _ job: Int, _ capabilities: Capabilities) -> Plan {
        var call = FunctionCall(capabilities.function("alter_job"), ["\(job)", "scheduled => \(scheduled)"])
        call.arguments += keepingTimezone(of: "\(job)", capabilities)
        return Plan(call.table)
    }

    /// What is said besides wherever a job is altered: TimescaleDB forgets its time zone where that is not said once more.
    ///
    /// - Parameter job: its number, as an expression.
    static func keepingTimezone(of job: SQL, _ capabilities: Capabilities) -> [SQL] {
        guard capabilities.canAlterTimezone else { return [] }
        return ["timezone => (SELECT j.timezone FROM _timescaledb_config.bgw_job j WHERE j.id = \(raw: job))"]
    }

    package static func delete(_ job: Int, _ capabilities: Capabilities) -> Plan {
        let call = FunctionCall(capabilities.function("delete_job"), ["\(job)"])
        return Plan(call.scalar)
    }
}
