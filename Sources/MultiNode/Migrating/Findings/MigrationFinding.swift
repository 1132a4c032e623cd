/// What forbids a migration, or does not come along with it.
package struct MigrationFinding: Sendable, Equatable {
    /// By which a finding is accepted.
    package enum Name: String, Sendable, CaseIterable {
        // These forbid.
        case inDoubt = "in-doubt"
        case nodeSilent = "node-silent"
        case unprovedCopy = "unproved-copy"
        case version, encoding, license, rights
        case wrongTarget = "wrong-target"
        case nameTaken = "name-taken"
        case missing
        case typeDiffers = "type-differs"
        case schemaRights = "schema-rights"
        case notWhole = "not-whole"
        case aggregates, policies
        // These are accepted by name.
        case notValid = "not-valid"
        case sqlFunctions = "sql-functions"
        case rowType = "row-type"
        case boundObjects = "bound-objects"
        case materializedViews = "materialized-views"
        case aggregateHistory = "aggregate-history"
        case publications, rules, tablespaces, unlogged, collation, timezone
        case rowSecurity = "row-security"
        case eventTriggers = "event-triggers"
        case foreignKeysTo = "foreign-keys-to"
        case mixedEncodings = "mixed-encodings"
        case keyActions = "key-actions"
        case sharedSequences = "shared-sequences"
        case objectNumbers = "object-numbers"
        case securityLabels = "security-labels"
        case accessMethod = "access-method"
        case adaptiveChunking = "adaptive-chunking"
        case leftBehind = "left-behind"
        // These are only told.
        case room
        case foreignKeys = "foreign-keys"
        case spaceDimension = "space-dimension"
        case compressedUpdates = "compressed-updates"
    }

    package let severity: Finding.Severity
    package let name: Name
    /// The hypertable, a node or the target.
    package let subject: String
    package let text: String
    package let remedy: String

    package init(_ severity: Finding.Severity, _ name: Name, _ subject: String, _ text: String, remedy: String) {
        self.severity = severity
        self.name = name
        self.subject = subject
        self.text = text
        self.remedy = remedy
    }

    package var finding: Finding { Finding(severity, subject, text, remedy: remedy) }

    /// The names that are accepted.
    package static let acceptable: [String] = Name.allCases.filter { name in
        switch name {
        case .inDoubt, .nodeSilent, .unprovedCopy, .version, .encoding, .license, .rights, .wrongTarget, .nameTaken,
            .missing, .typeDiffers, .schemaRights, .notWhole, .aggregates, .policies, .room, .foreignKeys,
            .spaceDimension, .compressedUpdates:
            false
        default: true
        }
    }.map(\.rawValue)
}
