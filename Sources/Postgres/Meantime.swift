package import Platform

/// What is to be done while a server works on a statement: whoever waits for the answer has nothing else to do.
@LoopActor package protocol Meantime: AnyObject, Sendable {
    /// Whether there is something to be done.
    var isDue: Bool { get }

    /// Does it. It must send nothing over the connection whose statement is under way.
    func use() async
}
