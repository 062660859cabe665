import CUnistring

/// What the reference asks of Python's `unicodedata`, answered by libunistring. Both are Unicode 14.
extension CodePoint {
  /// Letter, number, punctuation or symbol: what may be shown as it is.
  var isVisible: Bool {
    has(UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S)
  }

  var isMark: Bool { has(UC_CATEGORY_MASK_M) }
  var isSpaceSeparator: Bool { has(UC_CATEGORY_MASK_Zs) }
  var isSeparator: Bool { has(UC_CATEGORY_MASK_Z) }
  var isUnassigned: Bool { has(UC_CATEGORY_MASK_Cn) }

  /// Control, format, surrogate, private use or unassigned.
  var isOther: Bool { has(UC_CATEGORY_MASK_C) }

  /// `\w` of Python's `re`.
  var isWord: Bool { self == "_" || has(UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N) }

  /// Category Cf, Cn, Co, Cs, Zs, Zl or Zp.
  var isFormatOrSeparator: Bool { has(UC_CATEGORY_MASK_C & ~UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Z) }

  /// The LetterDigits of RFC 5892, section 2.1.
  var isLetterDigit: Bool {
    has(
      UC_CATEGORY_MASK_Ll | UC_CATEGORY_MASK_Lu | UC_CATEGORY_MASK_Lo | UC_CATEGORY_MASK_Nd
        | UC_CATEGORY_MASK_Lm | UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Mc)
  }

  /// Python's `str.isspace`: White_Space and the four information separators.
  var isWhiteSpace: Bool { ("\u{1C}"..."\u{1F}").contains(self) || uc_is_property_white_space(value) }

  var isDefaultIgnorable: Bool { uc_is_property_default_ignorable_code_point(value) }
  var isNoncharacter: Bool { uc_is_property_not_a_character(value) }

  /// Canonical combining class 9.
  var isVirama: Bool { uc_combining_class(value) == UC_CCC_VR }

  /// Tangut characters with a name are components.
  var isTangutIdeograph: Bool { isScript("Tangut") && name == nil }

  /// Whether the script property has that name ("Greek").
  func isScript(_ name: String) -> Bool {
    uc_is_script(value, uc_script_byname(name))
  }

  private func has(_ mask: Int) -> Bool {
    uc_is_general_category_withtable(value, UInt32(truncatingIfNeeded: mask))
  }
}

extension CodePoint {
  /// The Joining_Type, as far as RFC 5892, appendix A.1, tells them apart.
  enum JoiningType {
    case transparent, left, right, dual, none
  }

  var joiningType: JoiningType {
    switch Int(uc_joining_type(value)) {
    // Transparent up to Unicode 14; the reference's newer table has it as a vowel sign that doesn't join.
    case UC_JOINING_TYPE_T: value == 0x1171E ? .none : .transparent
    case UC_JOINING_TYPE_L: .left
    case UC_JOINING_TYPE_R: .right
    case UC_JOINING_TYPE_D: .dual
    default: .none
    }
  }

  /// The Bidi_Class, as far as RFC 5893 tells them apart.
  enum BidiClass {
    case l, r, al, an, en, nsm, neutral, other
  }

  /// nil for an unassigned code point.
  var bidiClass: BidiClass? {
    if isUnassigned { return nil }
    return switch Int(uc_bidi_class(value)) {
    case UC_BIDI_L: .l
    case UC_BIDI_R: .r
    case UC_BIDI_AL: .al
    case UC_BIDI_AN: .an
    case UC_BIDI_EN: .en
    case UC_BIDI_NSM: .nsm
    case UC_BIDI_ES, UC_BIDI_CS, UC_BIDI_ET, UC_BIDI_ON, UC_BIDI_BN: .neutral
    default: .other
    }
  }
}

extension CodePoint {
  /// The Name property ("COMBINING ACUTE ACCENT"); nil where Unicode gives none.
  var name: String? {
    // The C function writes into a buffer of the size its header names.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(UNINAME_MAX)) { buffer in
      buffer.baseAddress.flatMap { unicode_character_name(value, $0) }.map { String(cString: $0) }
    }
  }

  /// Whether its own decomposition (one step, canonical or compatible) has a full stop.
  var decomposesToFullStop: Bool {
    // The C function writes into a buffer of the size its header names.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(UC_DECOMPOSITION_MAX_LENGTH)) { buffer in
      var tag: Int32 = 0
      guard let base = buffer.baseAddress else { return false }
      let count = uc_decomposition(value, &tag, base)
      return count > 0 && buffer.prefix(Int(count)).contains(0x2E)
    }
  }
}
