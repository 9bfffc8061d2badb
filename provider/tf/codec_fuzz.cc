// SPDX-License-Identifier: MPL-2.0
// Untrusted bytes into the codec: nothing may crash, and what is accepted must survive being written and read again.
// The first byte picks type, format and strictness.
#include <cstdint>
#include <cstdlib>

#include "provider/tf/codec.h"

namespace spcs::tf {
namespace {

const std::vector<Type>& Types() {
  static const Type inner = Type::Object({{"n", Type::Number()}, {"s", Type::Set(Type::String())}});
  static const std::vector<Type> types = {
      Type::Dynamic(),
      Type::Number(),
      Type::List(Type::Dynamic()),
      Type::Map(inner),
      Type::Set(inner),
      Type::Object({{"a", Type::String()}, {"b", Type::Tuple({Type::Bool(), Type::Number()})}, {"c", inner}}),
  };
  return types;
}

void Try(uint8_t choice, absl::string_view bytes) {
  const Type& type = Types()[(choice >> 2) % Types().size()];
  const Shape shape = (choice & 1) != 0 ? Shape::kExact : Shape::kLenient;
  const auto value = (choice & 2) != 0 ? DecodeMsgpack(bytes, type, shape) : DecodeJson(bytes, type, shape);
  if (!value.ok()) return;
  const auto again = Decode(Encode(*value, type), type);
  if (!again.ok() || !(*again == *value)) std::abort();
}

}  // namespace
}  // namespace spcs::tf

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 0) spcs::tf::Try(data[0], absl::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
