/// Something that bears only so many steps at once: `from dn1`, `to dn2`.
package struct StepPlace: Sendable, Hashable {
    private let name: String

    package init(_ name: String) { self.name = name }
}
