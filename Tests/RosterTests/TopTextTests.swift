import Testing

@testable import roster

struct TopTextTests {
  @Test func `numbers have commas, and a fraction below ten`() {
    #expect([0, 999, 1000, 1_234_567].map { TopText.number($0 as Int) } == ["0", "999", "1,000", "1,234,567"])
    #expect(TopText.number(-1234) == "-1,234")
    let numbers = [0, 0.25, 3, 9.94, 9.96, 12.5, 1234.4, 1e30, .nan, -1]
    #expect(
      numbers.map { TopText.number($0 as Double) }
        == ["0", "0.3", "3", "9.9", "10", "13", "1,234", "1,000,000,000,000,000", "-", "-"])
  }

  @Test func `times have the unit that suits them`() {
    let times = [0.000_25, 0.000_996, 0.0075, 0.009_96, 0.25, 0.9996, 7.5]
    #expect(
      times.map { TopText.time(.seconds($0)) } == [
        "0.25 ms", "1.0 ms", "7.5 ms", "10 ms", "250 ms", "1.0 s", "7.5 s",
      ])
    #expect(TopText.time(.more(10)) == "> 10.0 s")
    #expect(TopText.time(nil) == "-")
  }

  @Test func `memory and age`() {
    #expect([0, 12_582_912, 2_147_483_648].map(TopText.memory) == ["0.0 MiB", "12.0 MiB", "2.0 GiB"])
    #expect([0, 3661, 90_061].map(TopText.age) == ["00:00:00", "01:01:01", "1 d 01:01:01"])
  }
}
