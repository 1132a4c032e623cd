/// Rows of a COPY … FROM STDIN that were left out of a text, because they are many: they are in its file.
package struct OmittedRows: Sendable {
    /// Where in the text they would stand.
    let position: Int
    /// Where they are in the file, in bytes.
    package let place: Range<Int>
    /// How many line ends they have.
    let lines: Int
    package let file: any RowsFile

    package init(at position: Int, place: Range<Int>, lines: Int, in file: any RowsFile) {
        self.position = position
        self.place = place
        self.lines = lines
        self.file = file
    }
}

/// A file that rows are in.
package protocol RowsFile: AnyObject, Sendable {
    /// - Throws: where the file is not as it was when the text was read.
    func bytes(in place: Range<Int>) throws(RowsFault) -> [UInt8]
}

/// Why rows of a file can't be read.
package struct RowsFault: Error {
    package let message: String

    package init(_ message: String) { self.message = message }
}
