// SPDX-License-Identifier: MPL-2.0
// YAML tree to ServiceSpec, driven by the table in service_spec_fields.h.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "provider/base/status.h"
#include "provider/snowflake/service_spec.h"
#include "provider/snowflake/service_spec_fields.h"
#include "provider/snowflake/service_spec_yaml.h"

namespace spcs::snowflake {
namespace {

using Kind = YamlNode::Kind;

absl::Status At(const YamlNode& node, absl::string_view path, absl::string_view message) {
  const std::string line = node.line > 0 ? absl::StrCat("line ", node.line, ": ") : "";
  return absl::InvalidArgumentError(absl::StrCat(line, path, ": ", message));
}

// Keys that users are known to write in the wrong place, with what to do instead. "" as parent: anywhere.
struct Misplaced {
  absl::string_view parent, key, advice;
};
constexpr Misplaced kMisplaced[] = {
    {"spec", "serviceRoles",
     "serviceRoles stands beside spec, at the top level of the specification: move it two spaces to the left"},
    {"spec", "capabilities", "capabilities stands beside spec, at the top level of the specification"},
    {"", "containers", "containers stands under spec"},
    {"", "networkPolicyConfig",
     "networkPolicyConfig is gone since the preview: give the service external access integrations instead"},
    {"", "sha256", "the service writes sha256 by itself: leave it out, or name the digest in image"},
    {"", "replicas", "the number of instances is set on the service (min_instances, max_instances)"},
};

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t change = diagonal + (absl::ascii_tolower(a[i]) == absl::ascii_tolower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string UnknownKeyAdvice(absl::string_view parent, absl::string_view key, const StringList& known) {
  for (const Misplaced& misplaced : kMisplaced) {
    if (misplaced.key == key && (misplaced.parent.empty() || misplaced.parent == parent)) {
      return std::string(misplaced.advice);
    }
  }
  if (key.size() <= 64) {
    const auto nearest = std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
      return EditDistance(key, a) < EditDistance(key, b);
    });
    if (nearest != known.end() && EditDistance(key, *nearest) <= std::max<size_t>(2, key.size() / 3)) {
      return absl::StrCat("did you mean \"", *nearest, "\"?");
    }
  }
  return absl::StrCat("known here: ", absl::StrJoin(known, ", "));
}

// A long key is not worth repeating in full.
std::string Shorten(absl::string_view text) {
  return text.size() <= 80 ? std::string(text) : absl::StrCat(text.substr(0, 77), "...");
}

class Decoder {
 public:
  // With `skipped`, unknown keys are appended there instead of being errors.
  explicit Decoder(std::vector<std::string>* skipped) : skipped_(skipped) {}

  absl::Status Decode(const YamlNode& node, const std::string& path, std::string* out) {
    if (node.kind == Kind::kNull)
      return At(node, path, "has no value: write \"\" for an empty text, or quote the word");
    if (node.kind != Kind::kScalar) return At(node, path, "must be a text");
    *out = node.text;
    return absl::OkStatus();
  }

  absl::Status Decode(const YamlNode& node, const std::string& path, int64_t* out) {
    const bool leading_zero = node.text.size() > 1 && node.text[0] == '0';
    if (node.kind != Kind::kScalar || leading_zero || !absl::SimpleAtoi(node.text, out)) {
      return At(node, path, absl::StrCat("must be a whole decimal number", Not(node)));
    }
    return absl::OkStatus();
  }

  absl::Status Decode(const YamlNode& node, const std::string& path, double* out) {
    const bool number = node.kind == Kind::kScalar && absl::SimpleAtod(node.text, out);
    if (!number || !(*out >= -1e15 && *out <= 1e15)) {
      return At(node, path, absl::StrCat("must be a number", Not(node)));
    }
    return absl::OkStatus();
  }

  absl::Status Decode(const YamlNode& node, const std::string& path, bool* out) {
    *out = absl::EqualsIgnoreCase(node.text, "true");
    if (node.kind != Kind::kScalar || (!*out && !absl::EqualsIgnoreCase(node.text, "false"))) {
      return At(node, path, absl::StrCat("must be true or false", Not(node)));
    }
    return absl::OkStatus();
  }

  absl::Status Decode(const YamlNode& node, const std::string& path, StringMap* out) {
    if (node.kind != Kind::kMap) return At(node, path, "must be a mapping of names to texts");
    for (size_t i = 0; i < node.keys.size(); ++i) {
      RETURN_IF_ERROR(Decode(node.items[i], NamedPath(path, Shorten(node.keys[i])), &(*out)[node.keys[i]]));
    }
    return absl::OkStatus();
  }

  template <class T>
  absl::Status Decode(const YamlNode& node, const std::string& path, std::vector<T>* out) {
    if (node.kind != Kind::kList) return At(node, path, "must be a list");
    for (size_t i = 0; i < node.items.size(); ++i) {
      RETURN_IF_ERROR(Decode(node.items[i], IndexedPath(path, i), &out->emplace_back()));
    }
    return absl::OkStatus();
  }

  // A list of mappings that have a `name`.
  template <class T>
  absl::Status Decode(const YamlNode& node, const std::string& path, std::map<std::string, T>* out) {
    if (node.kind != Kind::kList) return At(node, path, "must be a list");
    for (size_t i = 0; i < node.items.size(); ++i) {
      const YamlNode& item = node.items[i];
      const std::string item_path = IndexedPath(path, i);
      if (item.kind != Kind::kMap) return At(item, item_path, "must be a mapping");
      const auto found = std::find(item.keys.begin(), item.keys.end(), "name");
      if (found == item.keys.end()) return At(item, item_path, "has no name: add one");
      std::string name;
      RETURN_IF_ERROR(Decode(item.items[found - item.keys.begin()], AttributePath(item_path, "name"), &name));
      const auto [entry, inserted] = out->try_emplace(name);
      if (!inserted) return At(item, item_path, absl::StrCat("the name \"", Shorten(name), "\" is taken already"));
      RETURN_IF_ERROR(DecodeStruct(item, NamedPath(path, Shorten(name)), "name", &entry->second));
    }
    return absl::OkStatus();
  }

  template <class T>
    requires kIsStruct<T>
  absl::Status Decode(const YamlNode& node, const std::string& path, T* out) {
    return DecodeStruct(node, path, "", out);
  }

 private:
  struct Entry {
    std::string key;  // "a>b" for a key in a group
    const YamlNode* node;
    bool used = false;
  };

  static std::string Not(const YamlNode& node) {
    return node.kind == Kind::kScalar ? absl::StrCat(", not \"", Shorten(node.text), "\"") : "";
  }

  // Collects the keys of a struct.
  struct KeyCollector {
    StringList keys;
    template <class S, class M>
    void operator()(const Field& field, M S::*) {
      keys.emplace_back(field.key);
    }
  };

  static std::string Join(absl::string_view path, absl::string_view key) {
    return path.empty() ? std::string(key) : AttributePath(path, key);
  }

  // The keys known inside the group `group` ("" for the struct itself).
  static StringList KnownIn(const StringList& table, absl::string_view group, absl::string_view extra) {
    StringList known;
    if (!extra.empty() && group.empty()) known.emplace_back(extra);
    for (absl::string_view key : table) {
      if (!group.empty() && !absl::ConsumePrefix(&key, absl::StrCat(group, ">"))) continue;
      const std::string first = std::vector<std::string>(absl::StrSplit(key, '>')).front();
      if (known.empty() || known.back() != first) known.push_back(first);
    }
    return known;
  }

  // Lists the entries of `node`; members of groups appear as "group>key".
  absl::Status Flatten(const YamlNode& node, const std::string& path, const std::string& group, const StringList& table,
                       absl::string_view extra, std::vector<Entry>* entries) {
    if (node.kind == Kind::kNull && !group.empty()) return absl::OkStatus();
    if (node.kind == Kind::kScalar && group == "snowflakeSecret") {
      entries->push_back({"snowflakeSecret>objectName", &node});
      return absl::OkStatus();
    }
    if (node.kind != Kind::kMap) return At(node, path.empty() ? "the specification" : path, "must be a mapping");
    const StringList known = KnownIn(table, group, extra);
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& key = node.keys[i];
      const std::string full = group.empty() ? key : absl::StrCat(group, ">", key);
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        RETURN_IF_ERROR(Unknown(node.items[i], path, key, known));
      } else if (group.empty() && key != extra && std::find(table.begin(), table.end(), full) == table.end()) {
        RETURN_IF_ERROR(Flatten(node.items[i], Join(path, key), full, table, extra, entries));
      } else {
        entries->push_back({full, &node.items[i]});
      }
    }
    return absl::OkStatus();
  }

  absl::Status Unknown(const YamlNode& node, const std::string& path, const std::string& key, const StringList& known) {
    if (skipped_ != nullptr) {
      skipped_->push_back(Join(path, Shorten(key)));
      return absl::OkStatus();
    }
    return At(node, path.empty() ? "the specification" : path,
              absl::StrCat("unknown key \"", Shorten(key), "\": ", UnknownKeyAdvice(path, key, known)));
  }

  template <class S>
  struct MemberDecoder {
    Decoder& decoder;
    const std::vector<Entry>& entries;
    const std::string& path;
    S* out;
    absl::Status status = absl::OkStatus();

    template <class M>
    void operator()(const Field& field, M S::* member) {
      const auto entry =
          std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == field.key; });
      // A key without a value is a key that is not there.
      if (!status.ok() || entry == entries.end() || entry->node->kind == Kind::kNull) return;
      const std::string where = Join(path, absl::StrJoin(absl::StrSplit(field.key, '>'), "."));
      status = Fill(*entry->node, where, &(out->*member));
    }
    template <class T>
    absl::Status Fill(const YamlNode& node, const std::string& where, std::optional<T>* target) {
      return decoder.Decode(node, where, &target->emplace());
    }
    template <class T>
    absl::Status Fill(const YamlNode& node, const std::string& where, std::map<std::string, T>* target) {
      return decoder.Decode(node, where, target);
    }
  };

  // `extra` is a key that the caller has read already.
  template <class S>
  absl::Status DecodeStruct(const YamlNode& node, const std::string& path, absl::string_view extra, S* out) {
    KeyCollector table;
    VisitFields(static_cast<const S*>(nullptr), table);
    std::vector<Entry> entries;
    RETURN_IF_ERROR(Flatten(node, path, "", table.keys, extra, &entries));
    MemberDecoder<S> members{*this, entries, path, out};
    VisitFields(static_cast<const S*>(nullptr), members);
    return members.status;
  }

  std::vector<std::string>* skipped_;
};

absl::StatusOr<ServiceSpec> Parse(absl::string_view yaml, std::vector<std::string>* skipped) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(yaml));
  Decoder decoder(skipped);
  ServiceSpec spec;
  RETURN_IF_ERROR(decoder.Decode(root, "", &spec));
  return spec;
}

}  // namespace

absl::StatusOr<ServiceSpec> ParseServiceSpec(absl::string_view yaml) {
  absl::StatusOr<ServiceSpec> spec = Parse(yaml, nullptr);
  if (!spec.ok()) return Annotate(spec.status(), "Cannot read the service specification");
  return spec;
}

absl::StatusOr<ServiceSpec> ParseServerSpec(absl::string_view yaml, std::vector<std::string>* skipped) {
  std::vector<std::string> ignored;
  absl::StatusOr<ServiceSpec> spec = Parse(yaml, skipped != nullptr ? skipped : &ignored);
  if (!spec.ok()) return Annotate(spec.status(), "Cannot read the specification that the service answered");
  return spec;
}

}  // namespace spcs::snowflake
