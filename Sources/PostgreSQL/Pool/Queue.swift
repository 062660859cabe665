/// First in, first out: a ring, so that taking the first moves nothing.
struct Queue<Element> {
  private var slots: [Element?] = []
  private var head = 0
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  var first: Element? { count > 0 ? slots[head] : nil }

  /// All, in order.
  var all: [Element] { (0..<count).compactMap { slots[index($0)] } }

  mutating func append(_ element: Element) {
    if count == slots.count { grow() }
    slots[index(count)] = element
    count += 1
  }

  mutating func popFirst() -> Element? {
    guard count > 0 else { return nil }
    defer {
      head = index(1)
      count -= 1
    }
    return slots[head].take()
  }

  /// Takes out all, in order.
  mutating func removeAll() -> [Element] {
    var elements: [Element] = []
    while let element = popFirst() { elements.append(element) }
    return elements
  }

  /// Takes out the elements that match; costs O(n).
  mutating func remove(where matches: (Element) -> Bool) {
    for element in removeAll() where !matches(element) { append(element) }
  }

  /// The slot `offset` places after the first; there are slots.
  private func index(_ offset: Int) -> Int {
    let index = head + offset
    return index < slots.count ? index : index - slots.count
  }

  private mutating func grow() {
    slots = Array(slots[head...]) + Array(slots[..<head])
    head = 0
    slots.append(contentsOf: repeatElement(nil, count: max(16, slots.count)))
  }
}
