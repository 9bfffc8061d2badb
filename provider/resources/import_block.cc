// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/import_block.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace spcs::resources {

std::string ImportBlock(absl::string_view type_name, absl::string_view id) {
  const std::string text = absl::StrReplaceAll(id, {{"\\", "\\\\"}, {"\"", "\\\""}, {"${", "$${"}, {"%{", "%%{"}});
  return absl::StrCat("import {\n  to = ", type_name, ".this # the address of this resource\n  id = \"", text, "\"\n}");
}

}  // namespace spcs::resources
