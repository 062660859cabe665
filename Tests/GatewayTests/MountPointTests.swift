import Testing

@testable import Gateway

struct MountPointTests {
  /// The path that was asked for, SCRIPT_NAME and PATH_INFO; the root path and the path within the API.
  @Test(arguments: [
    // What is the whole path says nothing: HAProxy, mod_proxy_fcgi and nginx's fastcgi_params; Caddy.
    ("/users/", "/users/", "", "", "/users/"), ("/users/1", "", "/users/1", "", "/users/1"),
    ("/users/", "/users/", "/users/", "", "/users/"), ("//users/", "//users/", "", "", "//users/"),
    ("/users/", "", "", "", "/users/"), ("/", "/", "", "", "/"),
    // The program's place: ScriptAlias, CGI, an operator's own.
    ("/cgi-bin/roster/users/", "/cgi-bin/roster", "/users/", "/cgi-bin/roster", "/users/"),
    ("/api/users/", "/api", "", "/api", "/users/"), ("/api/users/1", "/api/", "", "/api", "/users/1"),
    ("/api/", "/api", "", "/api", "/"), ("/a/b/c/users/", "/a/b/c", "/users/", "/a/b/c", "/users/"),
    ("/é ü/users/", "/é ü", "/users/", "/é ü", "/users/"),
    ("/users/users/", "/users", "/users/", "/users", "/users/"),
    ("/api/users/", "/api", "/api/users/", "/api", "/users/"),
    ("/api//users/", "/api", "/users/", "/api", "//users/"), ("/api/api/x", "/api", "", "/api", "/api/x"),
    // At segments only, and as it is written.
    ("/apiary/users/", "/api", "", "", "/apiary/users/"), ("/API/users/", "/api", "", "", "/API/users/"),
    ("/ap", "/api", "", "", "/ap"), ("/users/", "api", "", "", "/users/"), ("/users/", "/", "", "", "/users/"),
    // Rewritten: nginx with fastcgi_params, Caddy's handle_path, mod_rewrite.
    ("/api/users/", "/users/", "", "/api", "/users/"), ("/v1/users/1", "", "/users/1", "/v1", "/users/1"),
    ("/v1/users/", "/cgi-bin/roster", "/users/", "/v1", "/users/"),
    ("/people", "/cgi-bin/roster", "/users/", "/cgi-bin/roster", "/users/"),
    ("/people", "/index.fcgi", "", "", "/people"),
    // What a web server has made of dot segments and doubled slashes is no root path.
    ("//users/", "/users/", "", "", "//users/"), ("/api//users/", "/users/", "", "", "/api//users/"),
    ("/x/../users/", "/users/", "", "", "/x/../users/"), ("/x/users/..", "/x/", "", "", "/x/users/.."),
    ("/x/users/../", "/x/", "", "", "/x/users/../"), ("/x/users/1/../..", "/x/", "", "", "/x/users/1/../.."),
    ("/x/.", "/x/", "", "", "/x/."), ("/x//", "/x/", "", "", "/x//"),
    ("/x/./users/./..", "/x/", "", "", "/x/./users/./.."),
    ("/x/y/users/..", "/x/y/", "", "", "/x/y/users/.."),
    // Below a place of the program's own they are the client's.
    ("/api/users/..", "/api", "", "/api", "/users/.."), ("/api/users/.", "/api", "/users/", "/api", "/users/."),
    ("/./users/", "", "/users/", "", "/./users/"),
    ("//evil.example/users", "//evil.example", "/users", "", "//evil.example/users"),
    ("/api/../users", "/api/..", "/users", "", "/api/../users"),
    ("/\u{65}\u{301}/users/", "/\u{E9}", "", "", "/\u{65}\u{301}/users/"),
  ])
  func `the path, SCRIPT_NAME and PATH_INFO say where the API lies`(
    path: String, scriptName: String, pathInfo: String, rootPath: String, rest: String
  ) {
    let mount = MountPoint(of: path, scriptName: scriptName, pathInfo: pathInfo)
    #expect(mount.rootPath == rootPath)
    #expect(mount.path.utf8.elementsEqual(rest.utf8))
  }

  @Test(arguments: [
    ("/users/", "", "/users/"), ("/api/users/", "", "/users/"),
    ("/cgi-bin/roster/users/", "/cgi-bin/roster", "/users/"),
    ("/apiary", "", "/apiary"), ("/api/api/users/", "/api", "/users/"),
  ])
  func `the root path of the settings is taken off where the proxy has not done so`(
    path: String, scriptName: String, rest: String
  ) {
    let mount = MountPoint(of: path, scriptName: scriptName, pathInfo: "").behind("/api")
    #expect(mount.rootPath == "/api")
    #expect(mount.path == rest)
  }

  @Test(arguments: ["", "/", "api", "//", "/a//b", "/./a", "/a/..", "//a"])
  func `what would lead elsewhere is no root path`(text: String) {
    #expect(MountPoint.rootPath(text) == nil)
  }
}
