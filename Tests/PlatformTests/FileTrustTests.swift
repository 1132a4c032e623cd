import Glibc
@testable import Platform
import Testing

@Suite struct FileTrustTests {
    private func refusal(_ trust: FileTrust, owner: uid_t = 1000, _ mode: mode_t) -> FileTrust.Refusal? {
        do throws(FileTrust.Refusal) {
            try trust.check("/home/me/file", owner: owner, mode: mode, user: 1000)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0o600, 0o400, 0o644, 0o755]) func commandsMayBeRead(mode: mode_t) {
        #expect(refusal(.commands, S_IFREG | mode) == nil)
    }

    @Test(arguments: [0o620, 0o602, 0o666]) func commandsAreNotToBeWrittenByOthers(mode: mode_t) {
        #expect(refusal(.commands, S_IFREG | mode)?.remedy == "chmod 600 /home/me/file")
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o620, 0o777]) func secretsAreNobodyElses(mode: mode_t) {
        #expect(refusal(.secret, S_IFREG | mode)?.remedy == "chmod 600 /home/me/file")
        #expect(refusal(.secret, S_IFIFO | mode) != nil)
    }

    @Test func theOwnerIsTheUserOrRoot() {
        for trust in [FileTrust.commands, .secret] {
            #expect(refusal(trust, S_IFREG | 0o600) == nil)
            #expect(refusal(trust, owner: 0, S_IFREG | 0o600) == nil)
            #expect(refusal(trust, owner: 1001, S_IFREG | 0o600)?.message.contains("belongs to") == true)
        }
    }

    @Test func rootIsNoExceptionToThat() {
        #expect(throws: FileTrust.Refusal.self) {
            try FileTrust.secret.check("f", owner: 1000, mode: S_IFREG | 0o600, user: 0)
        }
    }

    @Test func aTerminalIsTakenAsItIs() { #expect(refusal(.secret, owner: 7, S_IFCHR | 0o666) == nil) }

    @Test func theRemedyIsAWordOfTheShell() {
        let error = #expect(throws: FileTrust.Refusal.self) {
            try FileTrust.secret.check("/a b'c", owner: 0, mode: S_IFREG | 0o644, user: 0)
        }
        #expect(error?.remedy == #"chmod 600 '/a b'\''c'"#)
        #expect(error?.message.hasSuffix("(mode 0644)") == true)
    }
}
