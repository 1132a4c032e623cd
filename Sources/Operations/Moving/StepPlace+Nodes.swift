extension StepPlace {
    package static func source(_ node: String) -> StepPlace { StepPlace("from \(node)") }
    package static func destination(_ node: String) -> StepPlace { StepPlace("to \(node)") }
}
