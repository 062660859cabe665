// GNU libunistring: the Unicode properties, names and normalization forms that addresses need.
#pragma once

#include <unicase.h>
#include <uniname.h>
#include <uninorm.h>
#include <unictype.h>

// The forms are objects of an incomplete type, which Swift can't import.
static inline uninorm_t cunistring_nfc(void) { return UNINORM_NFC; }
static inline uninorm_t cunistring_nfkc(void) { return UNINORM_NFKC; }
