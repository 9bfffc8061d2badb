// SPDX-License-Identifier: MPL-2.0
// One SQL statement, put together from typed pieces only: keywords that stand in our source, names, values. There is
// no way to add text from elsewhere. Client executes it.
//
//   client.Execute(Statement("CREATE SECRET").Name(name).Raw("TYPE = GENERIC_STRING").Property("SECRET_STRING",
//                  SecretText{value}).Property("COMMENT", comment), stop);
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "provider/snowflake/identifier.h"

namespace spcs::snowflake {

// SQL text that is written in our source: only a string literal converts to it.
class Keyword {
 public:
  template <size_t N>
  consteval Keyword(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: literals convert

  absl::string_view text() const { return text_; }

 private:
  absl::string_view text_;
};

// A keyword derived at run time, for example from an attribute's name (min_nodes -> MIN_NODES). Only letters, digits,
// _ and spaces pass, in upper case; a statement with anything else fails with Internal.
class DerivedKeyword {
 public:
  explicit DerivedKeyword(absl::string_view name);
  const std::string& text() const { return text_; }

 private:
  std::string text_;  // empty: not a keyword
};

// A text that no log and no message may show.
struct SecretText {
  absl::string_view value;
};

// A value on the right of "KEY =", or an argument of a function.
class SqlValue {
 public:
  template <std::same_as<bool> B>
  SqlValue(B value) : sql_(value ? "TRUE" : "FALSE"), redacted_(sql_) {}  // NOLINT
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  SqlValue(I value) : sql_(std::to_string(value)), redacted_(sql_) {}       // NOLINT
  SqlValue(absl::string_view text);                                         // NOLINT: a text literal
  SqlValue(const std::string& text) : SqlValue(absl::string_view(text)) {}  // NOLINT
  SqlValue(const char* text) : SqlValue(absl::string_view(text)) {}         // NOLINT
  SqlValue(const SecretText& secret);                                       // NOLINT: a hidden literal
  SqlValue(const std::vector<std::string>& texts);                          // NOLINT: ('a', 'b')
  SqlValue(const Identifier& name) : sql_(name.Sql()), redacted_(sql_) {}   // NOLINT
  SqlValue(const ObjectName& name) : sql_(name.Sql()), redacted_(sql_) {}   // NOLINT
  SqlValue(const std::vector<ObjectName>& names);                           // NOLINT: (A, B)

  // A word of the grammar: GENERIC_STRING.
  static SqlValue Word(Keyword word);
  static SqlValue Word(const DerivedKeyword& word);
  // The value alone in parentheses: (ALL).
  static SqlValue List(const SqlValue& value);

 private:
  friend class Statement;
  SqlValue() = default;
  std::string sql_, redacted_;
  std::string secret_;
};

class Statement {
 public:
  // Begins with the keywords, which also decide whether the statement changes anything.
  explicit Statement(Keyword keywords);

  Statement& Raw(Keyword keywords) { return AppendKeyword(keywords.text()); }
  Statement& Raw(const DerivedKeyword& keywords) { return AppendKeyword(keywords.text()); }
  Statement& Name(const ObjectName& name);
  Statement& Names(const std::vector<ObjectName>& names);                     // A, B
  Statement& ServiceRole(const ObjectName& service, const Identifier& role);  // DB.SCHEMA.SERVICE!ROLE
  Statement& Literal(absl::string_view text);
  Statement& Secret(absl::string_view text);
  Statement& Number(int64_t number);
  Statement& Bool(bool value);
  Statement& Value(const SqlValue& value);
  Statement& Property(Keyword key, const SqlValue& value) { return Raw(key).Raw("=").Value(value); }  // KEY = value
  Statement& Property(const DerivedKeyword& key, const SqlValue& value) { return Raw(key).Raw("=").Value(value); }

  // $$text$$, hidden in logs: variables and arguments of containers are often secret. When the text cannot be sent so,
  // the statement fails with the attribute path `path`.
  Statement& DollarText(absl::string_view text, absl::string_view path);

  // FROM SPECIFICATION $$text$$.
  Statement& Spec(absl::string_view text) { return Raw("FROM SPECIFICATION").DollarText(text, "spec"); }

  // LIKE 'text', matching the text itself and no pattern.
  Statement& Like(absl::string_view text);

  // FUNCTION(a, b)
  Statement& Call(Keyword function, const std::vector<SqlValue>& arguments);

  // A comma right after the last piece.
  Statement& Comma();

  // Says that this statement needs no warehouse although its verb often does: a SELECT of functions.
  Statement& WithoutWarehouse();

  // Executes with this role instead of the connection's.
  Statement& AsRole(Identifier role);

  const std::string& sql() const { return sql_; }

  // The same with '***' for each secret: for logs and messages.
  const std::string& redacted() const { return redacted_; }

  // The secret texts, to be removed from what the service says.
  const std::vector<std::string>& secrets() const { return secrets_; }

  // What the statement does to what, for messages: its keywords up to the first name, and that name.
  std::string Summary() const;

  // False for SHOW, DESCRIBE and SELECT.
  bool changes() const { return changes_; }

  // SELECT and the statements on rows may need a warehouse; the others never do.
  bool needs_warehouse() const { return needs_warehouse_; }

  const std::optional<Identifier>& role() const { return role_; }

  // Why it cannot be sent, else OK.
  const absl::Status& status() const { return status_; }

 private:
  Statement& AppendKeyword(absl::string_view text);
  Statement& Append(absl::string_view sql, absl::string_view redacted);
  Statement& Append(absl::string_view sql) { return Append(sql, sql); }

  std::string sql_, redacted_;
  std::string begin_, first_name_;  // see Summary()
  std::vector<std::string> secrets_;
  std::optional<Identifier> role_;
  absl::Status status_;
  bool only_keywords_ = true;
  bool changes_ = true;
  bool needs_warehouse_ = false;
};

}  // namespace spcs::snowflake
