import Glibc

/// Ends the process at once, whatever its other threads do.
///
/// exit(3) would run the destructors of the libraries meanwhile: OpenSSL's take away what a thread uses that is still
/// connecting. Such a thread can't be awaited, because a server decides how long it takes.
package func endProcess(_ status: Int32) -> Never {
    // tscl itself writes by write(2), and only libedit by the streams of C.
    fflush(nil)
    _exit(status)
}
