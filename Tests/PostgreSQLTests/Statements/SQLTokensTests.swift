import Testing

@testable import PostgreSQL

struct SQLTokensTests {
  @Test(arguments: [
    ("SELECT a, 1 FROM T", ["select", "a", ",", "1", "from", "t"]),
    ("-- no; x\n/* no /* nor */ this */ yes", ["yes"]), ("'it''s;' x", ["'it''s;'", "x"]),
    (#"E'a\';' e'\\' x"#, [#"E'a\';'"#, #"e'\\'"#, "x"]), (#"'\' x"#, [#"'\'"#, "x"]),
    (#""a""b;"."C""#, [#"a"b;"#, ".", "C"]), ("$$;$$ $x$ $$; $x$ $1 a$b", ["$$;$$", "$x$ $$; $x$", "$1", "a$b"]),
    ("ünï = 'é'", ["ünï", "=", "'é'"]), ("'unfinished; --", ["'unfinished; --"]), ("/* unfinished", []),
    ("$a$ unfinished", ["$a$ unfinished"]), ("\"unfinished", ["unfinishe"]), ("E'\\", ["E'\\"]), ("", []),
  ])
  func `quotes, dollars and comments are taken as PostgreSQL takes them`(text: String, tokens: [String]) {
    #expect(SQLTokens(text).map(\.value) == tokens)
  }
}
