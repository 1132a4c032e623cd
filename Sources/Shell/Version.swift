/// The version of tscl.
package enum Version {
    package static let text = "0.1.0"
    /// The day of its release, for the manual page.
    static let date = "2026-11-23"
}
