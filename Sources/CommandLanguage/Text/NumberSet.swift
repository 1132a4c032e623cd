/// A set of small numbers, such as those of a command's options, in one word of memory.
///
/// Numbers from 127 on count as one; no command has so many options.
struct NumberSet: Sendable {
    private var bits: UInt128 = 0

    init(_ numbers: some Sequence<Int> = []) {
        for number in numbers { insert(number) }
    }

    func contains(_ number: Int) -> Bool { bits & Self.bit(number) != 0 }

    mutating func insert(_ number: Int) { bits |= Self.bit(number) }

    /// How many of its numbers are in another set.
    func count(in other: NumberSet) -> Int { (bits & other.bits).nonzeroBitCount }

    private static func bit(_ number: Int) -> UInt128 { 1 &<< UInt128(min(number, UInt128.bitWidth - 1)) }
}
