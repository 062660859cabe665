/// Where the API lies among the web server's paths, and which of its own paths a request asks for.
///
/// RFC 3875 says that SCRIPT_NAME leads to the program and PATH_INFO is what follows (sections 4.1.13 and 4.1.5), both decoded.
/// Web servers differ, and REQUEST_URI, which is no part of it, has what the client asked for:
///
/// | | SCRIPT_NAME | PATH_INFO |
/// | --- | --- | --- |
/// | CGI, ScriptAlias, `fastcgi_param SCRIPT_NAME /api` | `/api` | `/users/`, or none |
/// | HAProxy, mod_proxy_fcgi, nginx's fastcgi_params | `/users/`, the whole path | none |
/// | nginx's fastcgi_params behind `rewrite ^/api/(.*) /$1 break` | `/users/`, of `/api/users/` | none |
/// | Caddy, lighttpd with `fix-root-scriptname` | none | `/users/`, the whole path |
/// | h2o with `setenv: { SCRIPT_NAME: /api }` | `/api` | `/api/users/`, the whole path |
/// | Apache behind mod_rewrite | `/cgi-bin/roster`, of `/v1/users/` | `/users/` |
///
/// Hence the rules, the first one that fits: SCRIPT_NAME that is the whole path, as it came or without its dot segments and doubled
/// slashes, says nothing of a root path; where the path goes on behind it, it is the root path; PATH_INFO that is the whole path
/// says that there is none; what the path has in front of PATH_INFO, or else of SCRIPT_NAME, is it; with PATH_INFO both are taken
/// at their word. The path that the client asked for decides, so a web server's own view of it opens no second way to anything.
package struct MountPoint: Equatable {
  /// Empty, or as `/api`.
  var rootPath = ""
  /// Within the API.
  var path: String
  /// Whether this is the path that the web server has seen, without the prefix of which it knows.
  var isExact = true

  /// `path` is the decoded path of REQUEST_URI, or what stands in for it.
  init(of path: String, scriptName: String, pathInfo: String) {
    self.path = path
    guard !same(path, scriptName) else { return }
    let inner = pathInfo.isEmpty ? scriptName : pathInfo
    if let rest = Self.path(path, below: scriptName) {
      if leads(path, to: scriptName) { isExact = false } else { self = MountPoint(rest) }
    } else if same(path, pathInfo) {
      return
    } else if let root = Self.root(of: path, inFrontOf: inner) {
      self = MountPoint((root, inner))
    } else if !pathInfo.isEmpty, let root = Self.rootPath(scriptName) {
      self = MountPoint((root, pathInfo))
    } else {
      isExact = Self.rootPath(inner) == nil  // as "/" is none
    }
  }

  private init(_ parts: (root: String, path: String)) {
    (rootPath, path) = parts
  }

  /// The same behind a proxy that clients reach at `rootPath`, whether it has taken that off the path or not.
  func behind(_ rootPath: String) -> MountPoint {
    let rest = Self.path(path, below: rootPath)?.path
    var mount = MountPoint((rootPath, rest ?? path))
    mount.isExact = isExact && rest == nil
    return mount
  }

  /// What follows `prefix`, if that is a root path and ends with a segment of `path`.
  private static func path(_ path: String, below prefix: String) -> (root: String, path: String)? {
    guard let root = rootPath(prefix), path.utf8.starts(with: root.utf8) else { return nil }
    let rest = path.utf8.dropFirst(root.utf8.count)
    return rest.first == UInt8(ascii: "/") ? (root, String(Substring(rest))) : nil
  }

  private static func root(of path: String, inFrontOf rest: String) -> String? {
    guard rest.utf8.count > 1, rest.utf8.first == UInt8(ascii: "/"),
      path.utf8.reversed().starts(with: rest.utf8.reversed())
    else { return nil }
    let root = String(Substring(path.utf8.dropLast(rest.utf8.count)))
    return rootPath(root) == root ? root : nil
  }

  /// `text` without slashes at its end, if it then is a path of at least one segment, none of them empty or of dots: another
  /// one would lead elsewhere as part of a redirect's address.
  package static func rootPath(_ text: String) -> String? {
    var root = text.utf8[...]
    while root.last == UInt8(ascii: "/") { root.removeLast() }
    guard root.first == UInt8(ascii: "/") else { return nil }
    let segments = root.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPlain = segments.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    return isPlain ? String(Substring(root)) : nil
  }
}

/// What a path leads to when its dot segments are followed (RFC 3986, section 5.2.4) and its doubled slashes are taken for one.
private struct PathForm: Equatable {
  private var segments: [[UInt8]] = []
  /// Whether it ends with a slash then.
  private var isFolder = false

  init(_ path: String) {
    for segment in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      let isUp = segment.elementsEqual("..".utf8)
      isFolder = isUp || segment.isEmpty || segment.elementsEqual(".".utf8)
      if isUp { _ = segments.popLast() }
      if !isFolder { segments.append(Array(segment)) }
    }
  }
}

/// Whether that of `path` is that of `other`, from which it differs. Nearly every path has nothing that could be put in order.
private func leads(_ path: String, to other: String) -> Bool {
  let hasDotsOrDoubledSlashes = zip(path.utf8, path.utf8.dropFirst()).contains {
    $0 == UInt8(ascii: "/") && ($1 == UInt8(ascii: ".") || $1 == UInt8(ascii: "/"))
  }
  return hasDotsOrDoubledSlashes && PathForm(path) == PathForm(other)
}

/// By bytes, since a String's equality takes one accent for another.
private func same(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
