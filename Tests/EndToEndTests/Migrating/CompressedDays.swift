/// The table of tests about what a migration has copied.
enum CompressedDays {
    /// Five days of rows as chunks of `m`, 240 of them, the first two days compressed.
    static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
        hypertable create m t --chunk-interval '1 day'
        sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-05 23:00Z', '1 hour') t, generate_series(1, 2) d
        sql ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')
        sql SELECT compress_chunk(c) FROM show_chunks('m', older_than => '2024-01-03Z'::timestamptz) c

        """
}
