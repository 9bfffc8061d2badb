// SPDX-License-Identifier: MPL-2.0
// The few ASN.1 elements of which a self-signed certificate consists, encoded as DER. OpenSSL's own X.509 encoders
// take most of a provider's start-up time, so certificate.cc puts the bytes together itself.
#pragma once

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spcs::plugin::der {

// One element: tag, length, content.
std::string Element(unsigned char tag, absl::string_view content);

std::string Sequence(std::initializer_list<absl::string_view> parts);
std::string Set(std::initializer_list<absl::string_view> parts);
// An unsigned number, most significant byte first; at least one byte.
std::string UnsignedInteger(absl::string_view bytes);
// `content` is the encoded identifier, as RFC 5480 and others print it in hexadecimal.
std::string ObjectId(absl::string_view content);
// Whole bytes only.
std::string BitString(absl::string_view bytes);
std::string OctetString(absl::string_view bytes);
std::string Utf8String(absl::string_view text);
// Explicitly tagged [number].
std::string Context(int number, absl::string_view content);
// UTCTime up to 2049, GeneralizedTime from 2050, as RFC 5280 asks; whole seconds.
std::string Time(absl::Time time);

}  // namespace spcs::plugin::der
