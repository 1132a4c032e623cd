// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of tscl and the tests of it.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: name + "Tests", dependencies: [.target(name: name)] + dependencies,
            swiftSettings: strict),
    ]
}

let package = Package(
    name: "tscl",
    targets: [
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CEditLine", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .executableTarget(
            name: "tscl", dependencies: ["Shell"], swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests", dependencies: ["Postgres", "Sandbox"],
            resources: [.copy("cases.txt"), .copy("recorded.json")],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Postgres", "Sandbox", "tscl"], swiftSettings: strict),
    ]
        + module("CommandLanguage")
        + module("MultiNode")
        + module("Rendering")
        + module("Postgres", ["CLibPQ"])
        + module("LineEditing", ["CEditLine"])
        + module("Sandbox", ["Postgres"])
        + module(
            "Shell",
            ["CommandLanguage", "MultiNode", "Postgres", "Rendering", "LineEditing", "Sandbox"]),
)
