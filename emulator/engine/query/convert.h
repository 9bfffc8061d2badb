// SPDX-License-Identifier: MPL-2.0
// Conversions between types: which the service makes by itself, which only a CAST asks for, and how values change.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/engine/query/data_type.h"

namespace spcs::engine {

// Whether a value of `from` may be stored in a column, or meet an argument, of type `to` without a CAST.
bool Converts(const DataType& from, const DataType& to);
// Whether CAST takes it.
bool Casts(const DataType& from, const DataType& to);

// The value in the form of `to`, which Casts(from, to) allows. Fails with the service's data errors: not recognised,
// out of range, too long (`where`, if not empty, names the column).
absl::StatusOr<std::string> Convert(const std::string& value, const DataType& from, const DataType& to,
                                    absl::string_view where = "");

// The type in which values of the two are compared and in which CASE or COALESCE answers them. Fails with 001038 when
// there is none.
absl::StatusOr<DataType> CommonType(const DataType& left, const DataType& right);

// 001038: "Can not convert parameter … of type … into expected type …".
absl::Status CannotConvert(const DataType& from, const DataType& to);

}  // namespace spcs::engine
