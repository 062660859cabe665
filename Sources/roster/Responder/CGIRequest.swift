internal import EventLoop
internal import FastCGI
internal import Logging
internal import PostgreSQL

extension Responder {
  /// Answers the one request of a CGI program.
  nonisolated static func answerCGI(_ settings: Settings, logger: Logger) {
    ProcessStart.leaveSignals()
    runLoop {
      var options = settings.pool
      options.size = 1
      let application = Application(settings.bounds)
      let pool = Pool(settings.database, options, logger: logger)
      let database = Database(pool, application, .quick, logger: logger)
      do { try await database.start() } catch { logger.critical("\(error)") }
      let api = application.api(database, settings.keys, logger: logger)
      let log = settings.requestLines.log(worker: nil)
      let responder = responder(to: api, nil, log, settings, logger)
      var configuration = ServerConfiguration()
      configuration.refuse = refusing(nil, log)
      configuration.bodyLimit = settings.bodyLimit
      await CGI.respond(configuration, log: { logger.warning("\($0)") }) { await responder($0) }
      ExitStatus.success.end()
    }
  }
}
