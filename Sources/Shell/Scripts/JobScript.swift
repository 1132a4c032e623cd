package import MultiNode

/// The commands that add the background jobs of a database.
package struct JobScript {
    package var jobs: [JobDefinition]

    package init(_ jobs: [JobDefinition]) { self.jobs = jobs }

    package func lines(_ capabilities: Capabilities) -> [String] {
        var lines: [String] = []
        var made: Set<String> = []
        for job in jobs {
            if job.isInternal {
                let whose = job.hypertable.map { "a policy of \($0)" } ?? "TimescaleDB's own"
                lines.append(ScriptLine.comment("job \(job.id), \(job.name): left out, it is \(whose)"))
            } else if job.procedure == HealingJob.procedure(capabilities) {
                lines += healing(job, capabilities)
            } else {
                if job.owner != capabilities.user {
                    lines.append(
                        ScriptLine.comment(
                            "job \(job.id) belongs to \(job.owner); the new one will belong to whoever adds it"))
                }
                for statement in Self.procedures(of: job) where made.insert(statement).inserted {
                    lines.append(ScriptLine.sql(statement))
                }
                lines.append(ScriptLine.sql(job.statement(capabilities).text))
            }
        }
        return lines
    }

    private static func procedures(of job: JobDefinition) -> [String] {
        guard let schema = job.procedure.schema, schema != "public", !job.procedures.isEmpty else {
            return job.procedures
        }
        return ["CREATE SCHEMA IF NOT EXISTS \(Quoting.identifier(schema))"] + job.procedures
    }

    private func healing(_ job: JobDefinition, _ capabilities: Capabilities) -> [String] {
        var lines = [ScriptLine.command("heal schedule", [], [.init("--every", "\(max(1, job.scheduleSeconds))s")])]
        if !job.isScheduled { lines.append(ScriptLine.sql(HealingJob.pause(capabilities).text)) }
        return lines
    }
}
