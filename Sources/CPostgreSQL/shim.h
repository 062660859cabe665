// libpq (PostgreSQL's documentation, chapter 34).
#include <libpq-fe.h>
#include <openssl/ssl.h>
#include <postgres_ext.h>

/// SSL_pending(3): bytes that OpenSSL has decrypted and libpq has not taken; 0 without TLS.
static inline int decrypted_bytes(PGconn *connection) {
  if (!PQsslInUse(connection)) return 0;
  SSL *session = (SSL *)PQsslStruct(connection, "OpenSSL");
  return session ? SSL_pending(session) : 0;
}
