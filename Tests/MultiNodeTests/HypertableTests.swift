import MultiNode
import Testing

@Suite struct HypertableTests {
    @Test func dimensions() {
        let time = Dimension(row: [
            "column": "time", "type": "timestamp with time zone", "interval": "7 days", "partitions": nil,
            "integer_now": nil,
        ])
        #expect(time.column == "time" && time.type == "timestamp with time zone")
        #expect(time.interval == "7 days" && time.partitions == nil && time.integerNow == nil)
        let space = Dimension(row: ["column": "device", "type": "text", "interval": nil, "partitions": "3"])
        #expect(space.interval == nil && space.partitions == 3)
    }

    @Test func chunksAreCountedByNodeAndOnce() {
        let placements = [
            ChunkPlacement(row: ["data_nodes": "{dn1,dn2}", "chunks": "5"]),
            ChunkPlacement(row: ["data_nodes": #"{dn2,"dn 3"}"#, "chunks": "2"]),
            ChunkPlacement(row: ["data_nodes": "{dn1}", "chunks": "1"]),
        ]
        #expect(placements.chunks == 8)
        #expect(["dn1", "dn2", "dn 3", "dn4"].map(placements.chunks(on:)) == [6, 7, 2, 0])
        #expect(placements.underReplicated(1) == 0)
        #expect(placements.underReplicated(2) == 1)
        #expect(placements.underReplicated(3) == 8)
        #expect([ChunkPlacement]().chunks == 0)
        // A chunk that has lost its last replica is on no node.
        #expect([ChunkPlacement(row: ["data_nodes": nil, "chunks": "1"])].underReplicated(1) == 1)
    }

    @Test func sizeIsAskedByNameAndNotByAnIdentifierThatMayBeMissing() throws {
        let query = HypertableSize.query(of: TableName(schema: "s", name: "it's"))
        #expect(query.values == ["s", "it's"])
        #expect(HypertableSize.bytes(row: ["bytes": "8192"]) == 8192)
        #expect(HypertableSize.bytes(row: ["bytes": nil]) == nil)
    }
}
