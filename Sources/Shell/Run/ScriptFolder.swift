import CommandLanguage
import SystemPackage

extension SourceText {
    /// The path of a file that a command in this text names: relative to the script's folder, where the text is a script.
    func path(of file: String) -> String {
        let folder = name.hasPrefix("<") ? FilePath() : FilePath(name).removingLastComponent()
        return folder.pushing(FilePath(file)).string
    }
}
