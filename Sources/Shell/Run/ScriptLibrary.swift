package import CommandLanguage
import Platform
import SystemPackage

/// The files that the statements of one run include, each read and parsed once before anything runs.
package struct ScriptLibrary: Sendable {
    /// The statements, by the canonical path of their file.
    private var scripts: [String: [Statement]] = [:]
    /// The files of these that include themselves, also through others.
    private var circular: Set<String> = []
    /// The errors in the files that were read.
    private var faults: [Diagnostic] = []

    package init() {}

    /// The most levels of inclusion, because a file that is included under ever new names would never end.
    private static let deepest = 100

    /// Reads all files that statements include, directly or through others.
    ///
    /// - Returns: the errors in them, and in the inclusions.
    package mutating func load(_ statements: [Statement]) -> [Diagnostic] {
        load(statements, from: [])
        defer { faults = [] }
        return faults
    }

    /// The statements of a file that was loaded; nil for one that includes itself, which would never end.
    package func statements(of inclusion: Inclusion) -> [Statement]? {
        let path = Self.path(of: inclusion)
        return circular.contains(path) ? nil : scripts[path]
    }

    /// The same, with where the file is.
    func file(of inclusion: Inclusion) -> IncludedFile? {
        statements(of: inclusion).map { IncludedFile(path: Self.path(of: inclusion), statements: $0) }
    }

    /// The path of a file that was loaded.
    func path(ofLoaded inclusion: Inclusion) -> String? {
        let path = Self.path(of: inclusion)
        return scripts[path] == nil ? nil : path
    }

    /// - Parameter chain: the files being read, each included by the one before. It is empty for the outermost
    ///   statements, whose file is known from their inclusions.
    private mutating func load(_ statements: [Statement], from chain: [String]) {
        for statement in statements {
            if case .include(let inclusion) = statement { load(inclusion, from: chain) }
            for body in statement.bodies { load(body, from: chain) }
        }
    }

    private mutating func load(_ inclusion: Inclusion, from chain: [String]) {
        func fault(_ message: String, help: String? = nil) {
            let invocation = inclusion.invocation
            faults.append(Diagnostic(message, at: invocation.span, in: invocation.source, help: help))
        }
        let path = Self.path(of: inclusion)
        let chain = chain.isEmpty ? [Self.canonical(FilePath(inclusion.invocation.source.name))] : chain
        guard !chain.contains(path) else {
            circular.insert(path)
            let circle = (chain.drop { $0 != path } + [path]).map(Self.shortened)
            return fault("\(inclusion.file) includes itself: \(circle.joined(separator: " → "))")
        }
        guard chain.count < Self.deepest else {
            return fault("more than \(Self.deepest) files include each other")
        }
        guard scripts[path] == nil else { return }
        do throws(Failure) {
            let parsed = Parser.parse(try ScriptFile.readRegular(path), table: Catalogue.table)
            scripts[path] = parsed.statements
            faults += parsed.diagnostics
            load(parsed.statements, from: chain + [path])
        } catch {
            fault(error.message)
        }
    }

    /// The canonical path of an included file. It is relative to the including file, if that is a file.
    private static func path(of inclusion: Inclusion) -> String {
        canonical(FilePath(inclusion.invocation.source.folder).pushing(FilePath(inclusion.file)))
    }

    private static func canonical(_ path: FilePath) -> String { (path.canonical ?? path).string }

    private static func shortened(_ path: String) -> String {
        FilePath(path).lastComponent?.string ?? path
    }
}
