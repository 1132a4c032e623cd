@testable import Rendering

extension Table {
    /// The table in a format for programs.
    func encoded(by encoder: some RowEncoder) -> String {
        var (encoder, output) = (encoder, OutputBuffer())
        encoder.begin(columns.map(\.name), in: &output)
        for index in 0..<count { encoder.append(row: row(index), of: columns.count, to: &output) }
        return output.text
    }
}
