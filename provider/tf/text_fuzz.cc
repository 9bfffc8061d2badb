// SPDX-License-Identifier: MPL-2.0
// Untrusted text into what reads it: numbers, paths, types and private state. What is accepted must read back as
// itself.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "provider/tf/number.h"
#include "provider/tf/path.h"
#include "provider/tf/resource.h"
#include "provider/tf/type.h"

namespace spcs::tf {
namespace {

void Demand(bool condition) {
  if (!condition) std::abort();
}

void Try(const std::string& text) {
  Number number;
  if (Number::Parse(text, number)) {
    Number again;
    Demand(Number::Parse(number.ToString(), again) && again == number);
    Demand(again.raw().index() == number.raw().index());
  }
  const Path path = Path::Parse(text);
  Demand(Path::Parse(path.ToString()) == path);
  const auto type = Type::Parse(text);
  if (type.ok()) Demand(*Type::Parse(type->ToJson()) == *type);
  const PrivateState state = PrivateState::Parse(text);
  Demand(PrivateState::Parse(state.Serialize()).Serialize() == state.Serialize());
}

}  // namespace
}  // namespace spcs::tf

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  spcs::tf::Try(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
