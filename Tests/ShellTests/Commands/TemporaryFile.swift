import Foundation

/// The path of a file that may be made there, and is gone afterwards.
final class TemporaryFile: Sendable {
    let path = NSTemporaryDirectory() + "tscl-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    init(_ text: String? = nil, mode: Int = 0o600) throws {
        guard let text else { return }
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}
