// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/expression.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

using Type = Value::Type;

Value Make(Type type, std::string text) {
  Value value;
  value.type = type;
  value.text = std::move(text);
  return value;
}

}  // namespace

absl::StatusOr<Value> ParseLiteral(TokenCursor& cursor) {
  const Token& token = cursor.Peek();
  if (token.kind == TokenKind::kString) return Make(Type::kString, cursor.Next().text);
  if (token.kind == TokenKind::kNumber) return Make(Type::kNumber, cursor.Next().text);
  if (token.kind == TokenKind::kSymbol && token.text == "?") {
    Value value;
    value.type = Type::kBinding;
    value.binding = cursor.NextBinding();
    cursor.Next();
    return value;
  }
  if (token.kind == TokenKind::kSymbol && token.text == "-" && cursor.Peek(1).kind == TokenKind::kNumber) {
    cursor.Next();
    return Make(Type::kNumber, absl::StrCat("-", cursor.Next().text));
  }
  if (cursor.Try("NULL")) return Value{};
  if (cursor.Is("TRUE") || cursor.Is("FALSE")) {
    return Make(Type::kBoolean, absl::AsciiStrToUpper(cursor.Next().text));
  }
  return cursor.Unexpected();
}

absl::StatusOr<Value> ParseCall(TokenCursor& cursor) {
  if (cursor.Peek().kind != TokenKind::kWord) return cursor.Unexpected();
  Value call = Make(Type::kFunction, absl::AsciiStrToUpper(cursor.Next().text));
  RETURN_IF_ERROR(cursor.ExpectSymbol("("));
  if (cursor.TrySymbol(")")) return call;
  do {
    if (call.text == "COUNT" && cursor.TrySymbol("*")) {
      call.list.push_back(Make(Type::kStar, "*"));
      continue;
    }
    ASSIGN_OR_RETURN(Value argument, ParseLiteral(cursor));
    call.list.push_back(std::move(argument));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return call;
}

absl::StatusOr<Value> ParseExpression(TokenCursor& cursor) {
  if (cursor.TrySymbol("*")) return Make(Type::kStar, "*");
  const Token& token = cursor.Peek();
  const bool literal = token.kind != TokenKind::kQuoted && token.kind != TokenKind::kWord;
  if (literal || cursor.Is("NULL") || cursor.Is("TRUE") || cursor.Is("FALSE")) return ParseLiteral(cursor);
  if (token.kind == TokenKind::kWord && cursor.Peek(1).text == "(" && cursor.Peek(1).kind == TokenKind::kSymbol) {
    return ParseCall(cursor);
  }
  ASSIGN_OR_RETURN(const Identifier column, cursor.ExpectIdentifier());
  Value value;
  value.type = Type::kName;
  value.name.parts.push_back(column);
  value.text = column.name;
  return value;
}

}  // namespace spcs::sql
