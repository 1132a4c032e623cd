import ClusterAccess

/// The error of a request; nil if it succeeds.
func failure(_ request: () async throws -> some Sendable) async -> ClusterError? {
    do {
        _ = try await request()
        return nil
    } catch {
        return error as? ClusterError
    }
}
