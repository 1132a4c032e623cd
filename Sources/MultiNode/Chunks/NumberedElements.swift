extension Array {
    /// The element of a number, in an array that is in the order of these numbers: it takes a fraction of the room of a
    /// dictionary.
    func element(numbered number: Int, by own: (Element) -> Int) -> Element? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if own(self[middle]) < number { low = middle + 1 } else { high = middle }
        }
        return low < count && own(self[low]) == number ? self[low] : nil
    }
}
