// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/properties.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

using Type = Value::Type;

const PropertySpec* FindSpec(absl::Span<const PropertySpec> allowed, absl::string_view name) {
  for (const PropertySpec& spec : allowed) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

Value MakeValue(Type type, std::string text) {
  Value value;
  value.type = type;
  value.text = std::move(text);
  return value;
}

absl::StatusOr<Value> ParseName(TokenCursor& cursor) {
  Value value;
  value.type = Type::kName;
  if (cursor.Peek().kind == TokenKind::kString) {
    const Token literal = cursor.Next();
    absl::StatusOr<std::vector<Token>> tokens = Tokenize(literal.text);
    if (!tokens.ok()) return SyntaxError(literal);
    TokenCursor inner(*std::move(tokens));
    absl::StatusOr<QualifiedName> name = inner.ExpectName();
    if (!name.ok() || !inner.AtEnd()) return SyntaxError(literal);
    value.name = *std::move(name);
  } else {
    ASSIGN_OR_RETURN(value.name, cursor.ExpectName());
  }
  value.text = value.name.ToString();
  return value;
}

// A word or a string, in upper case.
absl::StatusOr<Value> ParseWord(TokenCursor& cursor) {
  const Token& token = cursor.Peek();
  const bool word = token.kind == TokenKind::kWord || token.kind == TokenKind::kString;
  if (!word) return cursor.Unexpected();
  return MakeValue(Type::kWord, absl::AsciiStrToUpper(cursor.Next().text));
}

absl::StatusOr<Value> ParseString(TokenCursor& cursor) {
  ASSIGN_OR_RETURN(std::string text, cursor.ExpectString());
  return MakeValue(Type::kString, std::move(text));
}

// NONE or ALL, alone or alone in parentheses; false when neither stands here.
bool AtAllOrNone(const TokenCursor& cursor) {
  if (cursor.Is("NONE") || cursor.Is("ALL")) return true;
  const std::string word = absl::AsciiStrToUpper(cursor.Peek(1).text);
  const bool bare = cursor.Peek(1).kind == TokenKind::kWord && (word == "NONE" || word == "ALL");
  return cursor.Peek().text == "(" && bare && cursor.Peek(2).text == ")";
}

absl::StatusOr<Value> ParseAllOrNone(TokenCursor& cursor) {
  const bool parentheses = cursor.TrySymbol("(");
  ASSIGN_OR_RETURN(Value word, ParseWord(cursor));
  if (parentheses) RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return word;
}

template <typename ParseItem>
absl::StatusOr<Value> ParseList(TokenCursor& cursor, ParseItem parse_item) {
  Value list;
  list.type = Type::kList;
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  if (cursor.TrySymbol(")")) return list;
  do {
    ASSIGN_OR_RETURN(Value item, parse_item(cursor));
    list.list.push_back(std::move(item));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return list;
}

absl::StatusOr<Value> ParseScalar(TokenCursor& cursor) {
  const Token& token = cursor.Peek();
  switch (token.kind) {
    case TokenKind::kString: return MakeValue(Type::kString, cursor.Next().text);
    case TokenKind::kSymbol: return ParseList(cursor, ParseString);
    case TokenKind::kNumber: return MakeValue(Type::kNumber, cursor.Next().text);
    case TokenKind::kWord: {
      std::string word = absl::AsciiStrToUpper(cursor.Next().text);
      const bool boolean = word == "TRUE" || word == "FALSE";
      return MakeValue(boolean ? Type::kBoolean : Type::kWord, std::move(word));
    }
    default: return cursor.Unexpected();
  }
}

absl::StatusOr<Value> ParseNested(TokenCursor& cursor) {
  Value nested;
  nested.type = Type::kProperties;
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  while (!cursor.TrySymbol(")")) {
    ASSIGN_OR_RETURN(const Identifier key, cursor.ExpectIdentifier());
    RETURN_IF_ERROR(cursor.ExpectSymbol("="));
    ASSIGN_OR_RETURN(Value value, ParseScalar(cursor));
    nested.keys.push_back(key.name);
    nested.list.push_back(std::move(value));
    cursor.TrySymbol(",");
  }
  return nested;
}

absl::StatusOr<Value> ParseValue(TokenCursor& cursor, PropertyType type) {
  switch (type) {
    case PropertyType::kString: return ParseString(cursor);
    case PropertyType::kInt: {
      ASSIGN_OR_RETURN(const int64_t number, cursor.ExpectInt());
      return MakeValue(Type::kNumber, absl::StrCat(number));
    }
    case PropertyType::kBool: {
      ASSIGN_OR_RETURN(const bool value, cursor.ExpectBool());
      return MakeValue(Type::kBoolean, value ? "TRUE" : "FALSE");
    }
    case PropertyType::kWord: return ParseWord(cursor);
    case PropertyType::kBareWord:
      return cursor.Peek().kind == TokenKind::kWord ? ParseWord(cursor) : absl::StatusOr<Value>(cursor.Unexpected());
    case PropertyType::kName: return ParseName(cursor);
    case PropertyType::kStringList: return ParseList(cursor, ParseString);
    case PropertyType::kNameList:
      if (AtAllOrNone(cursor)) return ParseAllOrNone(cursor);
      return ParseList(cursor, ParseName);
    case PropertyType::kProperties: return ParseNested(cursor);
  }
  return cursor.Unexpected();
}

absl::Status Twice(absl::string_view name) {
  return SqlError(absl::StatusCode::kInvalidArgument, "001421", "22023",
                  absl::StrCat("SQL compilation error:\nduplicate property '", name, "'"));
}

}  // namespace

absl::Status ParseProperties(TokenCursor& cursor, absl::Span<const PropertySpec> allowed, absl::string_view kind,
                             std::vector<Property>& properties) {
  while (true) {
    const Token& token = cursor.Peek();
    const bool assignment =
        token.kind == TokenKind::kWord && cursor.Peek(1).text == "=" && cursor.Peek(1).kind == TokenKind::kSymbol;
    if (!assignment) return absl::OkStatus();
    const std::string name = absl::AsciiStrToUpper(token.text);
    const PropertySpec* spec = FindSpec(allowed, name);
    if (spec == nullptr) return InvalidProperty(name, kind);
    if (absl::c_any_of(properties, [&](const Property& other) { return other.name == name; })) return Twice(name);
    cursor.Next();
    cursor.Next();
    ASSIGN_OR_RETURN(Value value, ParseValue(cursor, spec->type));
    properties.push_back({name, std::move(value)});
    if (cursor.TrySymbol(",") && cursor.Peek().kind != TokenKind::kWord) return cursor.Unexpected();
  }
}

absl::Status ParseUnset(TokenCursor& cursor, absl::Span<const PropertySpec> allowed, absl::string_view kind,
                        std::vector<std::string>& names) {
  do {
    ASSIGN_OR_RETURN(const Identifier name, cursor.ExpectIdentifier());
    if (FindSpec(allowed, name.name) == nullptr) return InvalidProperty(name.name, kind);
    if (absl::c_linear_search(names, name.name)) return Twice(name.name);
    names.push_back(name.name);
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

namespace {

absl::Status ParseTagItems(TokenCursor& cursor, bool with_value, std::vector<Value>& tags) {
  do {
    Value tag;
    tag.type = Type::kName;
    ASSIGN_OR_RETURN(tag.name, cursor.ExpectName());
    if (with_value) {
      RETURN_IF_ERROR(cursor.ExpectSymbol("="));
      ASSIGN_OR_RETURN(tag.text, cursor.ExpectString());
    }
    tags.push_back(std::move(tag));
  } while (cursor.TrySymbol(","));
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseTags(TokenCursor& cursor, Statement& statement) {
  const bool here = cursor.Try("WITH TAG") || (cursor.Is("TAG") && cursor.Peek(1).text == "(" && cursor.Try("TAG"));
  if (!here) return absl::OkStatus();
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  RETURN_IF_ERROR(ParseTagItems(cursor, /*with_value=*/true, statement.values["tags"]));
  return cursor.ExpectSymbol(")");
}

absl::StatusOr<bool> TryAlterTags(TokenCursor& cursor, bool set, Statement& statement) {
  if (!cursor.Try("TAG")) return false;
  statement.action = set ? "SET TAG" : "UNSET TAG";
  RETURN_IF_ERROR(ParseTagItems(cursor, set, statement.values["tags"]));
  return true;
}

}  // namespace spcs::sql
