import CEditLine
import Glibc
import Platform
import SystemPackage

/// libedit's editor: the keys bound to commands, and the line with its cursor.
///
/// Used from one thread at a time. See `EditSession` for what is done here and not by libedit.
final class EditLine {
    private let handle: OpaquePointer
    /// Where libedit draws: nothing it draws is shown.
    private let nowhere: UnsafeMutablePointer<FILE>

    /// The names and descriptions of the commands, which libedit points to.
    private var texts: [UnsafeMutablePointer<wchar_t>] = []

    /// tgetent(3), which libedit calls to start, works on one global description of a terminal.
    private static let start = Lock(())

    init(program: String, input: Int32, output: Int32, error: Int32) throws(LineEditingError) {
        guard isatty(input) == 1 else { throw .notATerminal(descriptor: input) }
        guard isatty(output) == 1 else { throw .notATerminal(descriptor: output) }
        // libedit edits nothing on this type of terminal, and does not learn its modes.
        guard Environment["TERM"] != "emacs" else { throw .unavailable }
        Charset.locale
        guard let nowhere = fopen("/dev/null", "r+e") else {
            throw .system(call: "fopen", cause: .current)
        }
        var handle: OpaquePointer?
        Self.start.withLock { _ in handle = ceditline_init(program, nowhere, input, output, error) }
        guard let handle else {
            fclose(nowhere)
            throw .unavailable
        }
        self.handle = handle
        self.nowhere = nowhere
    }

    deinit {
        // Also gives the terminal back as it was found.
        el_end(handle)
        fclose(nowhere)
        for text in texts { text.deallocate() }
    }

    // MARK: - Keys

    /// Registers the object that callbacks find with `owner(of:as:)`; it must outlive this one.
    func setOwner(_ owner: AnyObject) {
        ceditline_set_client_data(handle, Unmanaged.passUnretained(owner).toOpaque())
    }

    /// The object registered with the editor that a callback was called by.
    static func owner<Owner: AnyObject>(of handle: OpaquePointer, as type: Owner.Type) -> Owner? {
        ceditline_client_data(handle).map { Unmanaged<Owner>.fromOpaque($0).takeUnretainedValue() }
    }

    func setReader(_ reader: @escaping ceditline_reader) {
        ceditline_set_reader(handle, reader)
    }

    func addCommand(_ name: String, help: String, _ command: @escaping ceditline_command) {
        _ = ceditline_add_command(handle, keep(name), keep(help), command)
    }

    /// A copy for as long as the editor lasts.
    private func keep(_ text: String) -> UnsafeMutablePointer<wchar_t> {
        let characters = text.unicodeScalars.map { wchar_t(bitPattern: $0.value) } + [0]
        let copy = UnsafeMutablePointer<wchar_t>.allocate(capacity: characters.count)
        copy.initialize(from: characters, count: characters.count)
        texts.append(copy)
        return copy
    }

    /// - Parameter key: In the notation of editrc(5).
    func bind(_ key: String, to command: String) {
        _ = ceditline_bind(handle, key, command)
    }

    /// The same in vi's command mode.
    func bindInCommandMode(_ key: String, to command: String) {
        _ = ceditline_bind_alternative(handle, key, command)
    }

    /// Whether the keys are those of vi, not of Emacs.
    var hasViKeys: Bool { ceditline_has_vi_keys(handle) != 0 }

    /// Reads a file in the form of editrc(5), nil for the person's own.
    func readSettings(_ path: String?) {
        el_source(handle, path)
        // `edit off` there would leave nothing that could be drawn.
        ceditline_set_editing(handle, 1)
    }

    // MARK: - Reading

    /// Runs commands until one ends the line.
    func readLine() {
        var count: Int32 = 0
        _ = el_wgets(handle, &count)
    }

    /// The next character typed, nil at the end of the input.
    func nextCharacter() -> Unicode.Scalar? {
        var character: wchar_t = 0
        guard el_wgetc(handle, &character) == 1 else { return nil }
        return Unicode.Scalar(UInt32(bitPattern: character))
    }

    /// Gives a character back, to be read next.
    func push(_ character: Unicode.Scalar) {
        let text = [wchar_t(bitPattern: character.value), 0]
        el_wpush(handle, text)
    }

    /// Takes the terminal for editing (true), or gives it back.
    func prepareTerminal(_ forEditing: Bool) {
        ceditline_prepare_terminal(handle, forEditing ? 1 : 0)
    }

    /// Lets libedit know that the terminal's size may have changed.
    func resize() {
        el_resize(handle)
    }

    // MARK: - The line

    /// The line's characters, and the cursor as an offset in them.
    var line: (text: [Unicode.Scalar], cursor: Int) {
        guard let line = el_wline(handle)?.pointee, let start = line.buffer, let end = line.lastchar else {
            return ([], 0)
        }
        let text = UnsafeBufferPointer(start: start, count: end - start).map {
            Unicode.Scalar(UInt32(bitPattern: $0)) ?? "\u{fffd}"
        }
        return (text, min(max(line.cursor.map { $0 - start } ?? 0, 0), text.count))
    }

    func moveCursor(to offset: Int) {
        let now = el_cursor(handle, 0)
        el_cursor(handle, Int32(clamping: offset) - now)
    }

    /// Replaces part of the line, and leaves the cursor after what is put there.
    func replace(_ range: Range<Int>, with text: String) {
        moveCursor(to: range.upperBound)
        el_deletestr(handle, Int32(clamping: range.count))
        // A NUL ends what libedit reads.
        let characters = text.unicodeScalars.lazy.filter { $0 != "\0" }.map { wchar_t(bitPattern: $0.value) }
        guard !characters.isEmpty else { return }
        el_winsertstr(handle, Array(characters) + [0])
    }
}
