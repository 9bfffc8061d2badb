// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/write.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/engine/spec/quantity.h"

namespace spcs::spec {
namespace {

std::string Scalar(const Document& value) {
  // A JSON string is a YAML double-quoted string.
  return value.dump(-1, ' ', false, Document::error_handler_t::replace);
}

std::string Key(const std::string& name) {
  const bool plain = !name.empty() && name.find_first_not_of(
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                          "0123456789_-./") == std::string::npos;
  return plain && name[0] != '-' && name != "null" && name != "true" && name != "false" && name != "yes" &&
                 name != "no" && name != "on" && name != "off"
             ? name
             : Document(name).dump();
}

void WriteList(const Document& list, int depth, std::string& out);

// The members of an object, each on a line of its own; the first without indentation when it follows a dash.
void WriteObject(const Document& object, int depth, bool after_dash, std::string& out) {
  for (const auto& [name, value] : object.items()) {
    if (!after_dash) out.append(static_cast<size_t>(depth) * 2, ' ');
    after_dash = false;
    absl::StrAppend(&out, Key(name), ":");
    if (value.is_object() && !value.empty()) {
      out += "\n";
      WriteObject(value, depth + 1, false, out);
    } else if (value.is_array() && !value.empty()) {
      out += "\n";
      WriteList(value, depth, out);
    } else {
      absl::StrAppend(&out, " ", Scalar(value), "\n");
    }
  }
}

void WriteList(const Document& list, int depth, std::string& out) {
  for (const Document& item : list) {
    out.append(static_cast<size_t>(depth) * 2, ' ');
    out += "- ";
    if (item.is_object() && !item.empty()) {
      WriteObject(item, depth + 1, true, out);
    } else {
      absl::StrAppend(&out, Scalar(item), "\n");
    }
  }
}

// Members in reverse order; amounts of CPU in thousandths, of memory in Mi where they are whole.
Document Turned(const Document& value) {
  if (value.is_array()) {
    Document list = Document::array();
    for (const Document& item : value) list.push_back(Turned(item));
    return list;
  }
  if (!value.is_object()) return value;
  std::vector<std::string> names;
  for (const auto& [name, member] : value.items()) names.push_back(name);
  Document object = Document::object();
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const Document& member = value[*name];
    if (*name == "cpu" && member.is_string() && ParseCpu(member.get<std::string>())) {
      object[*name] = absl::StrCat(*ParseCpu(member.get<std::string>()), "m");
    } else if (*name == "memory" && member.is_string() &&
               ParseMemory(member.get<std::string>()).value_or(1) % (1 << 20) == 0) {
      object[*name] = absl::StrCat(*ParseMemory(member.get<std::string>()) >> 20, "Mi");
    } else {
      object[*name] = *name == "env" ? member : Turned(member);
    }
  }
  return object;
}

}  // namespace

std::string Write(const Document& document) {
  std::string out = "---\n";
  WriteObject(document, 0, false, out);
  return out;
}

std::string WriteOtherwise(const Document& document) {
  return Write(Turned(document));
}

}  // namespace spcs::spec
