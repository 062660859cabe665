internal import ArgumentParser
internal import PostgreSQL

/// Everything that `roster serve` may be told, and that `roster check` therefore understands as well.
struct ServiceOptions: ParsableArguments {
  @OptionGroup var requests: RequestOptions
  @OptionGroup var socket: SocketOptions
  @OptionGroup var root: RootPathOptions
  @OptionGroup var bounds: BoundsOptions
  @OptionGroup var account: AccountOptions
  @OptionGroup var process: ProcessOptions
  @OptionGroup var environment: EnvironmentOptions
  @OptionGroup(title: "Access") var access: KeyOptions
  @OptionGroup(title: "Database") var database: DatabaseOptions
  @OptionGroup(title: "Logging") var log: LogOptions

  /// Every setting, but for the file that --env-file names. Throws where one is wrong.
  func inForce(_ origins: SettingOrigins) throws -> [SettingInForce] {
    try socket.inForce(origins) + requests.inForce(origins) + [
      origins.inForce(Settings.maxNameLength, bounds.maxNameLength),
      origins.inForce(Settings.user, account.user), origins.inForce(Settings.pidFile, process.pidFile),
      origins.inForce(Settings.readyFD, process.readyFD), root.inForce(origins),
      origins.inForce(Settings.apiKeys, access.apiKeys),
    ] + database.inForce(origins) + [
      origins.inForce(Settings.logLevel, log.logLevel), origins.inForce(Settings.logFormat, log.logFormat),
      origins.inForce(Settings.logFile, log.logFile), origins.inForce(Settings.accessLog, log.accessLog),
      origins.inForce(Settings.slowRequest, log.slowRequest),
      origins.inForce(Settings.coreFiles),
      origins.inForce(Settings.webServerAddresses),
    ]
  }
}

extension SocketOptions {
  fileprivate func inForce(_ origins: SettingOrigins) throws -> [SettingInForce] {
    try check()
    return [
      try origins.inForce(Settings.listen, listen), try origins.inForce(Settings.admin, admin),
      try origins.inForce(Settings.socketMode, socketMode),
      try origins.inForce(Settings.socketGroup, socketGroup),
    ]
  }
}

extension RootPathOptions {
  fileprivate func inForce(_ origins: SettingOrigins) throws -> SettingInForce {
    _ = try path()
    return try origins.inForce(Settings.rootPath, rootPath)
  }
}

extension RequestOptions {
  fileprivate func inForce(_ origins: SettingOrigins) throws -> [SettingInForce] {
    var memory = try origins.inForce(Settings.maxMemory, maxMemory)
    (memory.value, memory.remark) = (String(try memoryLimit()), nil)
    return [
      try origins.inForce(Settings.workers, workers), try origins.inForce(Settings.drainTimeout, drainTimeout),
      try origins.inForce(Settings.maxBody, maxBody), memory,
    ]
  }
}

extension DatabaseOptions {
  fileprivate func inForce(_ origins: SettingOrigins) throws -> [SettingInForce] {
    let configuration = try configuration()
    var database = try origins.inForce(Settings.databaseURL, databaseURL)
    database.value = configuration.urlWithoutSecrets
    if configuration.hasSecrets { database.remark = "without its password" }
    var unnamed = try origins.inForce(Settings.unnamedStatements, unnamedStatements)
    if !configuration.preparesStatements, unnamed.value == "0" {  // the address says so
      unnamed = SettingInForce(unnamed.variable, "1", database.origin, remark: Settings.databaseURL.text.variable)
    }
    return [
      database, try origins.inForce(Settings.poolSize, poolSize),
      try origins.inForce(Settings.poolTimeout, poolTimeout),
      try origins.inForce(Settings.poolBusyTimeout, poolBusyTimeout),
      try origins.inForce(Settings.poolRecycle, poolRecycle), try origins.inForce(Settings.poolQueue, poolQueue),
      try origins.inForce(Settings.statementTimeout, statementTimeout), unnamed,
      try origins.inForce(Settings.echo, echo),
    ]
  }
}
