/// Runs `body` for all elements, at most `width` at a time, and waits for all of them.
///
/// - Throws: the first error; the others are cancelled then.
func forEach<Element: Sendable>(
    _ elements: some Sequence<Element>, width: Int = 64,
    _ body: @Sendable @escaping (Element) async throws(SandboxError) -> Void
) async throws(SandboxError) {
    let failure = await withTaskGroup(of: SandboxError?.self) { group in
        var first: SandboxError?
        var running = 0
        func collect() async {
            running -= 1
            guard let error = await group.next() ?? nil, first == nil else { return }
            first = error
            group.cancelAll()
        }
        for element in elements {
            if running == width { await collect() }
            if first != nil { break }
            running += 1
            group.addTask {
                do throws(SandboxError) {
                    try await body(element)
                    return nil
                } catch {
                    return error
                }
            }
        }
        while running > 0 { await collect() }
        return first
    }
    if let failure { throw failure }
}
