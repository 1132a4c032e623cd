import MultiNode
import Testing

/// Data nodes that the access node warns of at the end of a transaction.
@Suite struct TransactionWarningTests {
    @Test func theNodeMayHaveAnyName() {
        let warning = #"transaction rollback on data node "data "node" 1" failed"#
        #expect(TransactionWarning.nodeNotRolledBack(message: warning) == #"data "node" 1"#)
        #expect(TransactionWarning.nodeNotRolledBack(message: "transaction rollback on data node") == nil)
        #expect(TransactionWarning.nodeNotRolledBack(message: #"connection to data node "dn1" failed"#) == nil)
    }
}
