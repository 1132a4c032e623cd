import Testing

@testable import MultiNode

/// What a continuous aggregate has by its buckets, and which of them can't be made again.
@Suite struct AggregateBucketsTests {
    private static func aggregate(
        _ name: String = "a_c", type: String = "timestamp with time zone", width: Int = 100, leastWidth: Int? = nil
    ) -> AggregateBuckets {
        AggregateBuckets(row: [
            "schema": "public", "name": name, "id": "7", "rows_schema": "s", "rows_name": "m_\(name)",
            "columns": "{b,n}", "time_column": "b", "time_type": type, "raw_time": "t", "width": String(width),
            "least_width": String(leastWidth ?? width * 9 / 11),
        ])
    }

    @Test func thePartsHaveAllOfItsTime() throws {
        #expect(AggregateBuckets.Parts(row: ["least": nil, "greatest": nil]) == nil)
        let ends = [(0, 0), (-5, 1_000_000), (Int.min, Int.max)]
        for (least, greatest) in ends {
            let parts = try #require(
                AggregateBuckets.Parts(row: ["least": String(least), "greatest": String(greatest)]))
            let last = (Double(greatest) - Double(least)) / Double(parts.step)
            #expect(parts.start == least && parts.step > 0 && last <= 257, "\(parts)")
        }
    }

    @Test func historyEndsBeforeTheFirstChunkBegins() {
        let aggregate = Self.aggregate()
        #expect(aggregate.isHistory(100, before: 200) && !aggregate.isHistory(101, before: 200))
        #expect(aggregate.isHistory(100, before: nil) && !aggregate.isHistory(Int.max - 5, before: Int.max))
    }

    /// What meets is one range.
    @Test func whatIsKeptCountsAsChangedNoMore() {
        let statement = Self.aggregate().keeping([300, 100, 200, 700], Servers.version213).text
        #expect(statement.contains("{100,700}") && statement.contains("{400,800}"), "\(statement)")
        #expect(statement.contains("invalidation_cagg_log_add_entry(7, x.stop,"), "\(statement)")
        #expect(Self.aggregate().keeping([Int.max - 1], Servers.version213).text.contains("{\(Int.max)}"))
    }

    /// Nothing is deleted, and nothing decompressed, that the old one has not otherwise.
    @Test func bucketsArePutInPlaceOfThose() {
        let (new, old) = (Self.aggregate(), Self.aggregate("a_c__old", type: "bigint"))
        let both = old.take([100, 900], replacing: [100], from: new, Servers.version213).map(\.text)
        #expect(both.count == 2 && both[0].hasPrefix(#"DELETE FROM "s"."m_a_c__old""#), "\(both)")
        #expect(both[0].contains(#""b" >= 100 AND "b" <= 100"#) && both[1].contains(#""b" >= 100 AND "b" <= 900"#))
        #expect(both[1].contains(#"SELECT "b", "n" FROM "s"."m_a_c" "#), "\(both)")
        #expect(old.take([900], replacing: [], from: new, Servers.version213).count == 1)
    }

    @Test func theDataNodesAreToldWhatIsKept() {
        let written = WrittenAggregate(
            new: Self.aggregate(), old: Self.aggregate("a_c__old"), buckets: [100, 200], replaced: [], gone: [100],
            rows: 3)
        let statements = written.copyBack(on: ["dn1"], Servers.version213).map(\.inlined)
        #expect(statements.count == 4 && statements[3].contains("distributed_exec"), "\(statements)")
        #expect(statements[3].contains("invalidation_log") && statements[3].contains("{100}"), "\(statements)")
    }

    /// Its raw rows are there.
    @Test func theBucketOfTheFirstChunkComesInWhereItLacksSomething() throws {
        let aggregate = DependentAggregate(row: [
            "schema": "public", "name": "a_c", "width": "100", "least_width": "100", "time_column": "b",
        ])
        let table = TableName(schema: "public", name: "a")
        #expect(aggregate.lettingIn([], in: table, over: table, Servers.version213) == nil)
        let statement = try #require(aggregate.lettingIn([5...9, 20...20], in: table, over: table, Servers.version213))
        #expect(statement.text.contains("{5,20}") && statement.text.contains("{9,20}"), "\(statement.text)")
        #expect(statement.text.contains("h.began + 99"), "\(statement.text)")
    }

    /// The catalog of 2.13 keeps what is dropped.
    @Test func aDroppedChunkIsNotTheFirst() {
        let start = DependentAggregate.start(of: TableName(schema: "public", name: "a")).text
        #expect(start.contains("'dropped'"), "\(start)")
    }

    /// What the old table has not any more is not to be removed by the next copy.
    @Test func whatOnlyTheNewTableHadIsForgottenWithItsChunk() {
        let migration = Migration(
            cluster: "c1", sourceID: 3, source: TableName(schema: "public", name: "m"),
            target: TableName(schema: "public", name: "m__new"))
        var chunk = WrittenChunk(row: [
            "schema": "s", "name": "c", "old_schema": "s", "old_name": "o", "row_count": "5",
        ])
        #expect(WrittenChunk.forgetGone([chunk], of: migration) == nil)
        chunk.isOnlyHere = true
        #expect(WrittenChunk.forgetGone([chunk], of: migration)?.inlined.contains("'{o}'") == true)
    }

    /// What was written in neighbouring chunks is one part; what is not noted yet comes with the next refresh anyway.
    @Test func partsThatMeetAreMadeAnewTogether() {
        #expect(
            AggregateBuckets.apart([700...799, 100...199, 200...299, 900...1000], notedUpTo: 950)
                == [100...299, 700...799, 900...949])
        #expect(AggregateBuckets.apart([700...799], notedUpTo: 700).isEmpty)
    }

    /// The bucket before the part may have no raw rows any more: it ends where the part begins.
    @Test func noBucketIsMadeAnewThatEndsWhereAPartBegins() throws {
        let fixed = Self.aggregate(type: "bigint", leastWidth: 100)
        #expect(fixed.neighbours(of: 100...299, Servers.version213) == nil)
        let statement = fixed.refreshing(100...299, Servers.version213).text
        #expect(
            statement.contains(#"refresh_continuous_aggregate('"public"."a_c"', (1)::bigint, (399)::bigint)"#),
            "\(statement)")
        #expect(fixed.refreshing(Int.min...Int.max, Servers.version213).text.contains("\(Int.max)"))
        let days = Self.aggregate(type: "date", width: 86_400_000_000, leastWidth: 86_400_000_000)
        let (first, last) = (86_400_000_000 * 10, 86_400_000_000 * 12 - 1)
        let window = days.refreshing(first...last, Servers.version213).text
        #expect(window.contains("+ 10))::date") && window.contains("+ 12))::date"), "\(window)")
    }

    /// As those of months.
    @Test(arguments: [
        // It is that in which the part begins, or one before it, or nobody knows.
        (last: 950, next: 1310, start: 950, end: 1310), (850, 1320, 901, 1320), (900, 1500, 901, 1399),
    ])
    func whereBucketsAreNotAsWideTheOnesThatAreThereTell(_ last: Int, _ next: Int, _ start: Int, _ end: Int) {
        let aggregate = Self.aggregate(type: "bigint")
        let row: [String: String?] = ["last": String(last), "next": String(next)]
        let statement = aggregate.refreshing(1000...1299, beside: row, Servers.version213).text
        #expect(statement.contains("(\(start))::bigint, (\(end))::bigint"), "\(statement)")
        #expect(aggregate.neighbours(of: 1000...1299, Servers.version213)?.text.contains("x.bucket <= 1000") == true)
    }
}
