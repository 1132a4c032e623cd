import Sandbox
import Testing

struct ServerFileTests {
    @Test("shared memory is known by what a process has mapped, and by line 7 of a pid file")
    func sharedMemory() {
        var memory = SharedMemory()
        memory.note(
            maps: """
                55d0c1a5f000-55d0c1b2c000 r--p 00000000 fe:00 262151                     /usr/lib/postgresql/15/bin/postgres
                7f0a3c000000-7f0a3c007000 rw-s 00000000 00:1b 35                         /dev/shm/PostgreSQL.2446772220
                7f0a45a00000-7f0a4e400000 rw-s 00000000 00:01 1034                       /dev/zero (deleted)
                7f0a4f6b8000-7f0a4f6b9000 rw-s 00000000 00:01 98358                      /SYSV00109120 (deleted)
                7f0a4f6b9000-7f0a4f6ba000 rw-s 00000000 00:1b 36                         /dev/shm/PostgreSQL.17 (deleted)
                7ffd1a9c5000-7ffd1a9e6000 rw-p 00000000 00:00 0                          [stack]
                """)
        #expect(memory.segments == [98358])
        #expect(memory.files == ["/dev/shm/PostgreSQL.2446772220"])
        for pidFile in [
            "123\n/data\n1700000000\n5432\n/tmp\n\n  5432001    131072\nready   \n", "123\n/data\n", "",
        ] {
            memory.note(pidFile: pidFile)
        }
        #expect(memory.segments == [98358, 131072])
    }

    @Test("a folder holds sockets when their whole path has at most 107 bytes, and libpq takes it for one host")
    func sockets() {
        let prefix = "/" + String(repeating: "x", count: 91)
        #expect(SocketFolder.isUsable(prefix))
        #expect((prefix + "/.s.PGSQL.65535").utf8.count == 107)
        #expect(!SocketFolder.isUsable(prefix + "x"))
        #expect(!SocketFolder.isUsable("/tmp/é" + String(repeating: "é", count: 44)))
        #expect(!SocketFolder.isUsable("/tmp/a,b"))
    }
}
