// swift-tools-version: 6.2
import Glibc
import PackageDescription

/// An async function of Swift 6.3 ends with `unreachable`, so LLVM takes what it stores into its result for dead where
/// another branch alone stores there again, and the caller reads what was in the memory before. Dead stores go therefore
/// only where both are in one block.
let sound: SwiftSetting = .unsafeFlags(
    ["-Xllvm", "-dse-memoryssa-otherbb-cost=1000"], .when(configuration: .release))

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    sound,
    // So that the linker can put what is run together.
    .unsafeFlags(["-Xfrontend", "-function-sections"], .when(platforms: [.linux], configuration: .release)),
]

/// For what runs on the event loop: what an actor awaits stays on its executor, without a hop for each call.
let looped = strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

/// A hundredth of the room for relocations, in a form that glibc reads from 2.36 on. A release made where glibc is older
/// has them as ever, and runs there.
let packed =
    (__GLIBC__, __GLIBC_MINOR__) < (2, 36) ? [] : ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"]

/// Starting is most of what a short command costs, and most of that is the dynamic linker's work: a release exports nothing,
/// and has its own libstdc++ and libgcc.
let lean: [LinkerSetting] = [
    .unsafeFlags(
        packed + [
            "-use-ld=lld", "-Xlinker", "-O2", "-Xlinker", "--icf=safe", "-Xlinker", "--no-export-dynamic",
            "-Xclang-linker", "-static-libgcc",
            "-L\(Context.packageDirectory)/scripts/linker", "-Xlinker", "--as-needed",
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/scripts/linker/order",
            "-Xlinker", "--no-warn-symbol-ordering",
        ], .when(platforms: [.linux], configuration: .release))
]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

/// A module of tscl and the tests of it.
///
/// - Parameter tests: what the tests need besides.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], tests: [Target.Dependency] = [],
    resources: [Resource] = [], exclude: [String] = [], testExclude: [String] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: looped),
        .testTarget(
            name: name + "Tests", dependencies: [.target(name: name)] + dependencies + tests, exclude: testExclude,
            resources: resources, swiftSettings: strict),
    ]
}

/// What scripts/fuzz builds, with a sanitizer that nothing else is built with.
let fuzzing: [Target] =
    Context.environment["TSCL_FUZZ"] == nil
    ? []
    : [
        .systemLibrary(name: "CFuzzer", path: "Tests/CFuzzer"),
        .executableTarget(
            name: "fuzzing", dependencies: ["LanguageProperties", "CFuzzer"], path: "Tests/Fuzzing",
            exclude: ["tscl.dict"],
            swiftSettings: strict),
    ]

let package = Package(
    name: "tscl",
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1")
    ],
    targets: [
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CEditLine", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .executableTarget(
            name: "tscl",
            dependencies: [
                "CMalloc", "ClusterAccess", "CommandLanguage", "Platform", "Postgres", "Rendering", "Sandbox", "Shell",
            ],
            swiftSettings: looped,
            linkerSettings: lean),
        .target(name: "Emulator", swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Emulator", "MultiNode", "Platform", "Postgres", "Sandbox", "tscl"],
            resources: [.copy("cases.txt"), .copy("recorded.json")],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Certificates", "ClusterAccess", "CommandLanguage", "FaultProxy", "MultiNode", "Platform", "Postgres",
                "Sandbox",
                "Shell", "Terminals", "tscl",
            ],
            swiftSettings: strict),
        .target(name: "FaultProxy", dependencies: ["Platform"], path: "Tests/FaultProxy", swiftSettings: strict),
        .target(
            name: "CannedServers", dependencies: ["ClusterAccess", "MultiNode", "Platform", "Postgres"],
            path: "Tests/CannedServers", swiftSettings: looped),
        .target(name: "Certificates", path: "Tests/Certificates", swiftSettings: strict),
        .target(name: "Conditions", path: "Tests/Conditions", swiftSettings: strict),
        .target(name: "Terminals", path: "Tests/Terminals", swiftSettings: strict),
        .target(
            name: "LanguageProperties", dependencies: ["CommandLanguage"], path: "Tests/LanguageProperties",
            swiftSettings: strict),
    ]
        + module("CommandLanguage", tests: ["LanguageProperties"], resources: [.copy("Corpus")])
        + module("MultiNode")
        + module("Rendering")
        + module("Platform", [system], tests: ["Conditions"])
        + module("Postgres", ["CLibPQ", "Platform", system], tests: ["Certificates", "Conditions", "FaultProxy"])
        + module(
            "ClusterAccess", ["MultiNode", "Platform", "Postgres"],
            tests: ["CannedServers", "Conditions", "FaultProxy"])
        + module("Operations", ["ClusterAccess", "MultiNode", "Platform"], tests: ["CannedServers", "Conditions"])
        + module("LineEditing", ["CEditLine", "Platform", "Rendering", system], tests: ["Terminals"])
        + module("Sandbox", ["Emulator", "Platform", "Postgres", system], tests: ["tscl"])
        + module(
            "Shell",
            [
                "ClusterAccess", "CommandLanguage", "LineEditing", "MultiNode", "Operations", "Platform", "Postgres",
                "Rendering", "Sandbox", system,
            ],
            tests: ["CannedServers", "Conditions", "LanguageProperties"], exclude: ["Commands/README.md"],
            testExclude: ["answers.tsv"])
        + fuzzing
)
