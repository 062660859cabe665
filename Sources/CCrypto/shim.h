// OpenSSL's libcrypto, which libpq brings along in any case: SHA-256, and a comparison in constant time.
#include <openssl/crypto.h>
#include <openssl/sha.h>
