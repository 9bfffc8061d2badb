// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "provider/base/status.h"
#include "provider/snowflake/identifier.h"
#include "provider/snowflake/service_spec_check.h"
#include "provider/tf/validate.h"

namespace spcs::resources {

using tf::Value;

tf::Required NameAttribute(const std::string& noun) {
  return {
      .replace = true,
      .identity = true,
      .same_meaning = SameNameValue,
      .validators = {CheckName},
      .doc = absl::StrCat("Name of the ", noun, ". Bare names are folded to upper case; \"quoted\" ones are exact.")};
}

tf::Required RenamedNameAttribute(const std::string& noun) {
  tf::Required attribute = NameAttribute(noun);
  attribute.replace = false;
  attribute.doc += " A change renames it in place.";
  return attribute;
}

tf::Required ParentAttribute(const std::string& doc) {
  return {.replace = true, .identity = true, .same_meaning = SameNameValue, .validators = {CheckName}, .doc = doc};
}

tf::Required PlainNameAttribute(const std::string& noun) {
  return {.replace = true,
          .identity = true,
          .same_meaning = SameNameValue,
          .validators = {CheckPlainName},
          .doc = absl::StrCat("Name of the ", noun, ", folded to upper case. The service allows no quoted name here.")};
}

tf::Required PlainParentAttribute(const std::string& doc) {
  return {.replace = true,
          .identity = true,
          .same_meaning = SameNameValue,
          .validators = {CheckPlainName},
          .doc = absl::StrCat(doc, " It cannot have a quoted name.")};
}

tf::Required PoolAttribute(const std::string& doc) {
  return {.replace = true, .same_meaning = SameNameValue, .validators = {CheckPlainName}, .doc = doc};
}

tf::Optional IntegrationsAttribute() {
  constexpr size_t kMostIntegrations = 10;  // of a service or job; the service's documentation
  return {.same_meaning = SameNameSet,
          .validators = {tf::NonEmpty(), tf::AtMostElements(kMostIntegrations), tf::Each(CheckName)},
          .doc = "Integrations through which the containers reach hosts outside."};
}

tf::Optional RetentionAttribute() {
  constexpr int64_t kMostDays = 90;  // of the Enterprise edition; the service's documentation
  return {.computed = true,
          .validators = {tf::Between(0, kMostDays)},
          .doc = "Days for which dropped data can be restored; unset, as what holds it has it."};
}

tf::Optional CommentAttribute(const std::string& noun) {
  return {.validators = {tf::NonEmpty()}, .doc = absl::StrCat("Free text kept with the ", noun, ".")};
}

namespace {

void CheckTags(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  for (const auto& [tag, text] : value.AsMap()) {
    CheckFullName(Value(tag), path.Key(tag), diagnostics);
    if (!text.IsString() || text.AsString().size() <= 256) continue;
    diagnostics.AddError(path.Key(tag), "Value too long", "The value of a tag has at most 256 characters.");
  }
}

}  // namespace

tf::Optional TagsAttribute() {
  return {.validators = {CheckTags},
          .doc =
              "Values of tags by the tags' full names: `{ \"DB.SCHEMA.COST_CENTER\" = \"ml\" }`. Tags that are not "
              "named here are left alone; the service's listings show none, so an outside change is not seen."};
}

tf::Optional ForceDestroyAttribute(const std::string& doc) {
  return {.default_value = false, .client_only = true, .doc = absl::StrCat("On destroy: ", doc)};
}

tf::Optional OnExistsAttribute() {
  return {.client_only = true,
          .validators = {tf::OneOf({"adopt"})},
          .doc =
              "What to do when the object exists already: unset, an error; \"adopt\", take it over if it equals the "
              "plan."};
}

tf::Computed QualifiedNameAttribute() {
  return {.doc = "The full name as SQL has it; use it in references, so that order comes from them."};
}

bool SameNameValue(const Value& a, const Value& b) {
  return a.IsString() && b.IsString() && snowflake::SameName(a.AsString(), b.AsString());
}

bool SameNameSet(const Value& a, const Value& b) {
  if (!a.IsList() || !b.IsList() || a.AsList().size() != b.AsList().size()) return false;
  return std::all_of(a.AsList().begin(), a.AsList().end(), [&](const Value& name) {
    return std::any_of(b.AsList().begin(), b.AsList().end(),
                       [&](const Value& other) { return SameNameValue(name, other); });
  });
}

bool SameNameList(const Value& a, const Value& b) {
  return a.IsList() && b.IsList() &&
         std::equal(a.AsList().begin(), a.AsList().end(), b.AsList().begin(), b.AsList().end(), SameNameValue);
}

bool SameWord(const Value& a, const Value& b) {
  return a.IsString() && b.IsString() && absl::EqualsIgnoreCase(a.AsString(), b.AsString());
}

namespace {

void AddNameError(const absl::Status& status, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (status.ok()) return;
  const std::string advice = FactOf(status, kAdvice).value_or("");
  diagnostics.AddError(path, "Invalid name", absl::StrCat(status.message(), advice.empty() ? "" : "\n\n", advice));
}

}  // namespace

void CheckName(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  AddNameError(snowflake::Identifier::Parse(value.AsString()).status(), path, diagnostics);
}

void CheckPlainName(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const std::string& text = value.AsString();
  if (absl::StartsWith(text, "\"")) {
    return diagnostics.AddError(path, "Quoted name",
                                absl::StrCat(text,
                                             " is quoted, and the service does not support quoted names for compute "
                                             "pools, services, jobs and image repositories, nor for the database and "
                                             "schema that hold them. Use letters, digits, _ and $."));
  }
  CheckName(value, path, diagnostics);
}

void CheckQualifiedName(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  AddNameError(snowflake::ObjectName::Parse(value.AsString()).status(), path, diagnostics);
}

void CheckFullName(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  AddNameError(snowflake::ObjectName::Parse(value.AsString(), 3).status(), path, diagnostics);
}

namespace {

tf::Validator EachOr(tf::Validator check, std::vector<std::string> words) {
  return [check = std::move(check), words = std::move(words)](const Value& value, const tf::Path& path,
                                                              tf::Diagnostics& diagnostics) {
    for (const Value& element : value.AsList()) {
      if (!element.IsString()) continue;
      const bool is_word = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return absl::EqualsIgnoreCase(word, element.AsString());
      });
      if (!is_word) {
        check(element, path, diagnostics);
      } else if (value.AsList().size() > 1) {
        diagnostics.AddError(path, "Word among names",
                             absl::StrCat("\"", element.AsString(),
                                          "\" stands for the whole list, so nothing can stand "
                                          "beside it. Remove it, or the names."));
      }
    }
  };
}

}  // namespace

tf::Validator FullNamesOr(std::vector<std::string> words) {
  return EachOr(CheckFullName, std::move(words));
}

tf::Validator NamesOr(std::vector<std::string> words) {
  return EachOr(CheckName, std::move(words));
}

bool SameMoment(const Value& a, const Value& b) {
  absl::Time one, other;
  return a.IsString() && b.IsString() && absl::ParseTime(absl::RFC3339_full, a.AsString(), &one, nullptr) &&
         absl::ParseTime(absl::RFC3339_full, b.AsString(), &other, nullptr) && one == other;
}

void CheckMoment(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, value.AsString(), &time, nullptr)) return;
  diagnostics.AddError(path, "Invalid time",
                       absl::StrCat("\"", value.AsString(),
                                    "\" is no time in RFC 3339; write one with its zone, such as "
                                    "2049-01-06T20:00:00Z."));
}

void CheckContainerName(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (snowflake::IsSpecName(value.AsString())) return;
  diagnostics.AddError(path, "Invalid name",
                       absl::StrCat("\"", value.AsString(),
                                    "\" cannot be a container: names have lower-case letters, digits and \"-\"."));
}

bool IsWord(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

void CheckWord(const Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  if (IsWord(value.AsString())) return;
  diagnostics.AddError(path, "Invalid value",
                       absl::StrCat("\"", value.AsString(), "\" must be letters, digits and _."));
}

}  // namespace spcs::resources
