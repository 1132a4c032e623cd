import CannedServers
import ClusterAccess
import Conditions
import FaultProxy
import Glibc
import MultiNode
import Platform
import Testing

/// The count of the nodes that answer, which is made behind the prompt.
@Suite(.timeLimit(.minutes(1))) struct BackgroundCountTests {
    /// Answers each connection only when as many wait as are to be there at once, or all have come.
    private final class CrowdedServer: @unchecked Sendable {
        let port: Int
        private let listener: Int32
        private let crowd: Int
        private let all: Int
        private var waiting: [Int32] = []
        private var answered = 0
        private(set) var most = 0

        init(crowd: Int, of all: Int) throws {
            (self.crowd, self.all) = (crowd, all)
            (listener, port) = try Loopback.listen()
            _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        }

        deinit {
            close(listener)
            for caller in waiting { close(caller) }
        }

        /// Answers whom it can.
        ///
        /// - Returns: whether all have their answer.
        func serve() -> Bool {
            while case let caller = accept(listener, nil, nil), caller >= 0 { waiting.append(caller) }
            most = max(most, waiting.count)
            if waiting.count >= crowd || answered + waiting.count == all, !waiting.isEmpty {
                let caller = waiting.removeFirst()
                _ = send(caller, "G", 1, Int32(MSG_NOSIGNAL))
                close(caller)
                answered += 1
            }
            return answered == all
        }
    }

    @Test func itTakesSixteenConnectionsAtOnce() async throws {
        let canned = CannedCluster()
        let cluster = canned.cluster()
        _ = try await cluster.link()
        let server = try CrowdedServer(crowd: 16, of: 40)
        let nodes = (1...40).map {
            DataNode(name: "dn\($0)", host: "127.0.0.1", port: server.port, database: "dist")
        }
        async let answering = cluster.connection.answering(among: nodes, within: soon)
        #expect(await eventually { server.serve() })
        #expect(await answering?.count == nodes.count)
        #expect(server.most == 16)
        // Nor is a session made for it.
        #expect(canned.servers.opened == 1)
    }

    /// None of them is known to be down.
    @Test func withoutAConnectionNobodyIsCounted() async throws {
        let nodes = [DataNode(name: "dn1", host: "127.0.0.1", port: 1, database: "dist")]
        #expect(await CannedCluster().cluster().connection.answering(among: nodes, within: soon) == nil)
    }
}
