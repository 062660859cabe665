import Testing

@testable import roster

struct TopViewTests {
  private let before = TopReadings(second: 0, requests: (100, 200), counts: (300, 0))
  private let after = TopReadings(second: 2, requests: (1100, 202), counts: (1302, 4))

  @Test func `two readings give what came within a second, and how long it took`() throws {
    let view = TopView(try before.reading(), try after.reading())
    let lines = view.lines()
    #expect(
      lines == [
        "service     up 01:01:03   2 of 2 workers at work   1 restart   2 reloads   0 given up",
        "requests    501/s   3 active   2/s failed   0/s aborted   0/s refused",
        "latency     p50 0.50 ms    p95 0.95 ms    p99 0.99 ms    slowest up to 250 ms",
        "database    8 of 16 connections active   7 idle   5 statements wait   0/s in vain",
        "waiting     p50 0.50 ms    p95 0.95 ms    p99 0.99 ms    slowest up to 1.0 ms",
        "statements  p50 126 ms     p95 238 ms     p99 248 ms     slowest up to 250 ms",
        "web server  24 connections   40/s new   2 of 4,096 in the listen queue",
        "",
        "worker  pid  generation  state    requests/s  active  connections  memory    up",
        "1       101  3           Running  500         2       12           12.0 MiB  00:01:00",
        "2       102  3           Idle     1           1       12           2.0 GiB   1 d 01:01:01",
        "",
        "slowest routes  requests/s  failed/s  p50      p95      p99      slowest up to",
        "POST /users/    2           2         126 ms   238 ms   248 ms   250 ms",
        "GET /users/     501         0         0.50 ms  0.95 ms  0.99 ms  1.0 ms",
      ])
  }

  private var slow: TopReadings {
    var readings = after
    readings.slowest = """
      [{"request method":"POST","request uri":"/users/","status":503,"request duration":5012000,"request id":"a1",\
      "worker":2,"ended since":3},\
      {"request method":"GET","request uri":"/\(String(repeating: "x", count: 100))","status":404,"request duration":250,\
      "request id":"-","worker":1,"ended since":0}]
      """
    return readings
  }

  @Test func `the slowest requests stand below the routes`() throws {
    let lines = TopView(try before.reading(), try slow.reading()).lines()
    #expect(
      lines.suffix(4) == [
        "",
        "slowest requests                                      status  took     ago  worker  request id",
        "POST /users/                                          503     5.0 s    3 s  2       a1",
        "GET /\(String(repeating: "x", count: 47))  404     0.25 ms  0 s  1       -",
      ])
    for height in [0, 1, 8, 12, 14, 16, 18] {
      #expect(TopView(try before.reading(), try slow.reading()).lines(width: 80, height: height).count <= height)
    }
  }

  @Test func `one reading says nothing of a second`() throws {
    let lines = TopView(nil, try after.reading()).lines()
    #expect(lines[1] == "requests    -   3 active   - failed   - aborted   - refused")
    #expect(lines[2] == "latency     p50 -          p95 -          p99 -          slowest up to -")
    #expect(lines[9] == "1       101  3           Running  -           2       12           12.0 MiB  00:01:00")
    #expect(lines.last == "GET /users/     -           -         -    -    -    -")
  }

  @Test func `another service than before begins anew`() throws {
    var other = after
    other.started = 2000
    #expect(TopView(try before.reading(), try other.reading()).lines() == TopView(nil, try other.reading()).lines())
  }

  @Test func `nothing is ever less than none, whatever has fallen and however the readings stand`() throws {
    let views = [
      TopView(try after.reading(), try before.reading()), TopView(try after.reading(), try after.reading()),
    ]
    for line in views.flatMap({ $0.lines() }) { #expect(!line.contains("-1") && !line.contains("nan"), "\(line)") }
    var fallen = before
    fallen.second = 3
    let lines = TopView(try after.reading(), try fallen.reading()).lines()
    #expect(lines[1] == "requests    0/s   3 active   0/s failed   0/s aborted   0/s refused")
    #expect(lines[9].contains("  Running  0  "))
  }

  @Test func `a worker that was not there before has begun since`() throws {
    var replaced = after
    (replaced.process, replaced.requests) = (999, (1100, 8))
    #expect(
      TopView(try before.reading(), try replaced.reading()).lines()[10].hasPrefix(
        "2       999  3           Idle     4  "))
  }

  @Test func `no line is wider, and there are no more, than there is room for`() throws {
    for width in [0, 1, 7, 40, 80, 200] {
      for height in [0, 1, 2, 8, 9, 10, 11, 12, 13, 24] {
        let lines = TopView(try before.reading(), try after.reading(), problem: "no answer").lines(
          width: width, height: height)
        #expect(lines.count <= height)
        #expect(lines.allSatisfy { $0.count <= width })
      }
    }
  }

  @Test func `what has no room is counted`() throws {
    let lines = TopView(try before.reading(), try after.reading()).lines(width: 80, height: 13)
    #expect(lines.count == 13)
    #expect(lines[9].hasPrefix("and ") || lines[10].hasPrefix("and "))
  }

  @Test func `what the service says does nothing to a terminal`() throws {
    let reading = try #require(
      TopReading(
        status: Array(#"{"processes":[{"state":"\u001b[2J\u0007"}]}"#.utf8), metrics: [],
        at: try after.reading().time))
    for line in TopView(nil, reading, problem: "\u{1B}]0;x\u{7}").lines(width: 100, height: 50) {
      #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(line)")
    }
  }

  @Test func `why there is nothing newer stands below the rest of the head`() throws {
    #expect(TopView(nil, try after.reading(), problem: "nobody listens there").lines()[8] == "nobody listens there")
  }
}
