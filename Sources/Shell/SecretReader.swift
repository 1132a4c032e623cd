import Glibc
import LineEditing

/// What is asked of a person in the middle of a command, on the terminal itself.
enum SecretReader {
    /// A password, typed without being shown; nil when it was refused.
    static func read(_ prompt: String) async -> String? {
        await onThread { SecretPrompt.read(prompt) }
    }

    /// An answer, shown as it is typed; nil at the end of input.
    static func ask(_ question: String) async -> String? {
        await onThread {
            guard let terminal = fopen("/dev/tty", "r+") else { return nil }
            defer { fclose(terminal) }
            fputs(question, terminal)
            fflush(terminal)
            var line: UnsafeMutablePointer<CChar>?
            var capacity = 0
            defer { free(line) }
            let length = getline(&line, &capacity, terminal)
            guard length > 0, let line else { return nil }
            let text = String(cString: line)
            return text.hasSuffix("\n") ? String(text.dropLast()) : text
        }
    }

    /// Waits for a blocking function without holding up the event loop.
    private static func onThread(_ work: @escaping @Sendable () -> String?) async -> String? {
        await withCheckedContinuation { continuation in
            let box = Unmanaged.passRetained(ThreadWork { continuation.resume(returning: work()) })
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
            var thread = pthread_t()
            let result = pthread_create(
                &thread, &attributes,
                { argument in
                    if let argument { Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run() }
                    return nil
                }, box.toOpaque())
            pthread_attr_destroy(&attributes)
            if result != 0 {
                box.release()
                continuation.resume(returning: nil)
            }
        }
    }
}

private final class ThreadWork: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
