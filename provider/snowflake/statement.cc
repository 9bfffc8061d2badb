// SPDX-License-Identifier: MPL-2.0
#include "provider/snowflake/statement.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "provider/base/status.h"
#include "provider/snowflake/literal.h"

namespace spcs::snowflake {
namespace {

constexpr absl::string_view kHidden = "'***'";

std::string JoinNames(const std::vector<ObjectName>& names) {
  return absl::StrJoin(names, ", ", [](std::string* out, const ObjectName& name) { out->append(name.Sql()); });
}

bool IsOneOf(absl::string_view word, std::initializer_list<absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

DerivedKeyword::DerivedKeyword(absl::string_view name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ' ';
  });
  if (fits) text_ = absl::AsciiStrToUpper(name);
}

SqlValue::SqlValue(absl::string_view text) : sql_(TextLiteral(text)), redacted_(sql_) {}
SqlValue::SqlValue(const SecretText& secret)
    : sql_(TextLiteral(secret.value)), redacted_(kHidden), secret_(secret.value) {}
SqlValue::SqlValue(const std::vector<std::string>& texts) : sql_(TextListLiteral(texts)), redacted_(sql_) {}
SqlValue::SqlValue(const std::vector<ObjectName>& names)
    : sql_(absl::StrCat("(", JoinNames(names), ")")), redacted_(sql_) {}

SqlValue SqlValue::Word(const DerivedKeyword& word) {
  SqlValue value;
  value.sql_ = word.text();
  value.redacted_ = word.text();
  return value;
}

SqlValue SqlValue::Word(Keyword word) {
  SqlValue value;
  value.sql_ = value.redacted_ = std::string(word.text());
  return value;
}

SqlValue SqlValue::List(const SqlValue& value) {
  SqlValue list;
  list.sql_ = absl::StrCat("(", value.sql_, ")");
  list.redacted_ = absl::StrCat("(", value.redacted_, ")");
  list.secret_ = value.secret_;
  return list;
}

Statement::Statement(Keyword keywords) {
  const absl::string_view verb = keywords.text().substr(0, keywords.text().find(' '));
  changes_ = !IsOneOf(verb, {"SHOW", "DESCRIBE", "DESC", "SELECT", "LIST"});
  needs_warehouse_ = IsOneOf(verb, {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "CALL"});
  Raw(keywords);
}

Statement& Statement::Append(absl::string_view sql, absl::string_view redacted) {
  const absl::string_view gap = sql_.empty() || sql == "," ? "" : " ";
  absl::StrAppend(&sql_, gap, sql);
  absl::StrAppend(&redacted_, gap, redacted);
  return *this;
}

Statement& Statement::AppendKeyword(absl::string_view text) {
  if (text.empty()) status_.Update(absl::InternalError("a keyword of a statement is not a plain word"));
  if (only_keywords_) absl::StrAppend(&begin_, begin_.empty() ? "" : " ", text);
  return Append(text);
}

Statement& Statement::Name(const ObjectName& name) {
  if (only_keywords_) first_name_ = name.Sql();
  only_keywords_ = false;
  return Append(name.Sql());
}

Statement& Statement::Names(const std::vector<ObjectName>& names) {
  return Append(JoinNames(names));
}

Statement& Statement::ServiceRole(const ObjectName& service, const Identifier& role) {
  const std::string name = absl::StrCat(service.Sql(), "!", role.Sql());
  if (only_keywords_) first_name_ = name;
  only_keywords_ = false;
  return Append(name);
}

Statement& Statement::Literal(absl::string_view text) {
  return Value(text);
}
Statement& Statement::Secret(absl::string_view text) {
  return Value(SecretText{text});
}
Statement& Statement::Number(int64_t number) {
  return Value(number);
}
Statement& Statement::Bool(bool value) {
  return Value(value);
}

Statement& Statement::Value(const SqlValue& value) {
  only_keywords_ = false;
  if (!value.secret_.empty()) secrets_.push_back(value.secret_);
  return Append(value.sql_, value.redacted_);
}

Statement& Statement::DollarText(absl::string_view text, absl::string_view path) {
  const absl::StatusOr<std::string> literal = DollarLiteral(text);
  if (!literal.ok()) {
    status_.Update(WithFact(literal.status(), kAttributePath, path));
    return *this;
  }
  only_keywords_ = false;
  return Append(*literal, "$$***$$");
}

Statement& Statement::Like(absl::string_view text) {
  return Raw("LIKE").Literal(LikePattern(text));
}

Statement& Statement::Call(Keyword function, const std::vector<SqlValue>& arguments) {
  only_keywords_ = false;
  std::vector<absl::string_view> sql, redacted;
  for (const SqlValue& argument : arguments) {
    if (!argument.secret_.empty()) secrets_.push_back(argument.secret_);
    sql.push_back(argument.sql_);
    redacted.push_back(argument.redacted_);
  }
  return Append(absl::StrCat(function.text(), "(", absl::StrJoin(sql, ", "), ")"),
                absl::StrCat(function.text(), "(", absl::StrJoin(redacted, ", "), ")"));
}

Statement& Statement::Comma() {
  return Append(",");
}

Statement& Statement::WithoutWarehouse() {
  needs_warehouse_ = false;
  return *this;
}

Statement& Statement::AsRole(Identifier role) {
  role_ = std::move(role);
  return *this;
}

std::string Statement::Summary() const {
  return first_name_.empty() ? begin_ : absl::StrCat(begin_, " ", first_name_);
}

}  // namespace spcs::snowflake
