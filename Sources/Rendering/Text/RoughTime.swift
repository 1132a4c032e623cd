/// A time rounded as suits an estimate: `40 s`, `2 min`, `3 h 20 min`, `2 d 4 h`.
package func roughTime(_ time: Duration) -> String {
    let seconds = Int(max(.zero, time).components.seconds)
    if seconds < 60 { return "\(seconds) s" }
    let minutes = (seconds + 30) / 60
    if minutes < 60 { return "\(minutes) min" }
    let hours = (minutes + 30) / 60
    if minutes < 24 * 60 { return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min" }
    return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
}
