import FaultProxy
import Foundation
import Glibc
import Synchronization

/// Asks whoever connects for a proof of the password that takes minutes to compute: SCRAM-SHA-256 with 2,000,000,000
/// iterations (PostgreSQL manual, "SASL Authentication").
final class SlowProofServer: Sendable {
    let port: Int
    private let listener: Int32
    private let callers = Atomic<Int>(0)

    init() throws {
        let (listener, port) = try Loopback.listen()
        (self.listener, self.port) = (listener, port)
        Thread.detachNewThread { [self] in
            while true {
                let caller = accept(listener, nil, nil)
                guard caller >= 0 else { return }
                Thread.detachNewThread { [self] in serve(caller) }
            }
        }
    }

    /// How many have been asked for their proof.
    var asked: Int { callers.load(ordering: .relaxed) }

    /// A thread of it may be about to take the next call, which this ends.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func serve(_ caller: Int32) {
        defer { Glibc.close(caller) }
        // Requests for encryption are answered in the negative; behind them comes the beginning of the session.
        while let request = Self.packet(from: caller), request.count == 4 { Self.say("N".utf8, to: caller) }
        Self.say(Self.message(10, Array("SCRAM-SHA-256".utf8) + [0, 0]), to: caller)
        guard let kind = Self.take(1, from: caller), kind == [UInt8(ascii: "p")],
            let first = Self.packet(from: caller),
            let nonce = String(decoding: first, as: UTF8.self).components(separatedBy: ",r=").last
        else { return }
        let challenge = "r=\(nonce)server,s=c2FsdHNhbHRzYWx0c2FsdA==,i=2000000000"
        Self.say(Self.message(11, Array(challenge.utf8)), to: caller)
        callers.add(1, ordering: .relaxed)
        // Until the caller goes.
        _ = Self.take(1, from: caller)
    }

    /// `AuthenticationSASL` and `AuthenticationSASLContinue`.
    private static func message(_ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = UInt32(content.count + 8)
        return [UInt8(ascii: "R")] + withUnsafeBytes(of: length.bigEndian) { Array($0) } + [0, 0, 0, kind] + content
    }

    private static func say(_ bytes: some Sequence<UInt8>, to caller: Int32) {
        let bytes = Array(bytes)
        _ = send(caller, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What follows the four bytes of its length.
    private static func packet(from caller: Int32) -> [UInt8]? {
        guard let length = take(4, from: caller) else { return nil }
        return take(length.reduce(0) { $0 << 8 | Int($1) } - 4, from: caller)
    }

    private static func take(_ count: Int, from caller: Int32) -> [UInt8]? {
        guard count > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return recv(caller, &bytes, count, Int32(MSG_WAITALL)) == count ? bytes : nil
    }
}
