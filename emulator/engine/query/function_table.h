// SPDX-License-Identifier: MPL-2.0
// The parts that the functions of values are made of. Each file beside functions.cc has those of one topic as a table.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/engine/query/expression.h"

namespace spcs::engine {

using Arguments = std::vector<Expression>;
using Made = absl::StatusOr<Expression>;
using Texts = std::vector<std::string>;

// One function: how many arguments, and what makes the expression.
struct Function {
  absl::string_view name;
  size_t least, most;
  Made (*make)(ExecutionContext&, Arguments);
};
inline constexpr size_t kAnyNumber = 100;

absl::Span<const Function> TextFunctions();
absl::Span<const Function> NumberFunctions();
absl::Span<const Function> DateFunctions();

// A function that is NULL when an argument is; the arguments are converted to `types` (the last type serves the rest).
Made StrictFunction(const DataType& result, const std::vector<DataType>& types, Arguments arguments,
                    std::function<absl::StatusOr<Cell>(const Texts&)> body);

// A number without its decimals, within a million millions; 0 for what is none.
int64_t WholeNumber(const std::string& text);

}  // namespace spcs::engine
