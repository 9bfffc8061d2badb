// SPDX-License-Identifier: MPL-2.0
#include "emulator/sql/expression.h"

#include <array>
#include <iterator>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/sql/data_type.h"
#include "emulator/sql/errors.h"
#include "provider/base/status.h"

namespace spcs::sql {
namespace {

using Type = Value::Type;

// Deeper expressions are refused: the parser calls itself.
constexpr int kMaxDepth = 100;
// So are longer ones: a chain such as 1 + 1 + … is a tree as deep as it is long, and whoever reads it calls itself.
constexpr int kMaxOperators = 1000;

Value Make(Type type, std::string text) {
  Value value;
  value.type = type;
  value.text = std::move(text);
  return value;
}

// Operands are moved in, each a Value.
template <typename... Operands>
Value Operator(absl::string_view name, Operands... operands) {
  Value value = Make(Type::kOperator, std::string(name));
  value.list.reserve(sizeof...(operands));
  (value.list.push_back(std::move(operands)), ...);
  return value;
}

int64_t Size(const Value& value) {
  int64_t size = 1;
  for (const Value& operand : value.list) size += Size(operand);
  return size;
}

bool IsSymbol(const TokenCursor& cursor, absl::string_view symbol, size_t ahead = 0) {
  return cursor.Peek(ahead).kind == TokenKind::kSymbol && cursor.Peek(ahead).text == symbol;
}

// Words that begin or join clauses: none is a column.
bool IsReserved(const TokenCursor& cursor) {
  static constexpr absl::string_view kWords[] = {
      "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "AND",   "OR",     "IN",  "BETWEEN", "LIKE",
      "ILIKE",  "IS",   "THEN",  "ELSE",  "WHEN",   "END",   "AS",    "UNION", "VALUES", "SET", "BY",      "ON"};
  return cursor.Peek().kind == TokenKind::kWord &&
         absl::c_linear_search(kWords, absl::AsciiStrToUpper(cursor.Peek().text));
}

// Precedence climbing, one member function a level, the loosest first.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenCursor& cursor) : cursor_(cursor) {}

  absl::StatusOr<Value> Or() {
    if (++depth_ > kMaxDepth) return Unsupported("expression of more than 100 levels");
    ASSIGN_OR_RETURN(Value left, And());
    while (cursor_.Try("OR")) {
      RETURN_IF_ERROR(Count());
      ASSIGN_OR_RETURN(Value right, And());
      left = Operator("OR", std::move(left), std::move(right));
    }
    --depth_;
    return left;
  }

 private:
  absl::StatusOr<Value> And() {
    ASSIGN_OR_RETURN(Value left, Not());
    while (cursor_.Try("AND")) {
      RETURN_IF_ERROR(Count());
      ASSIGN_OR_RETURN(Value right, Not());
      left = Operator("AND", std::move(left), std::move(right));
    }
    return left;
  }

  absl::StatusOr<Value> Not() {
    int count = 0;
    while (cursor_.Try("NOT")) ++count;
    ASSIGN_OR_RETURN(Value value, Comparison());
    return count % 2 == 0 ? std::move(value) : Operator("NOT", std::move(value));
  }

  absl::StatusOr<Value> Comparison() {
    ASSIGN_OR_RETURN(Value left, Sum());
    while (true) {
      static constexpr std::array<absl::string_view, 7> kComparisons = {"<=", ">=", "<>", "!=", "=", "<", ">"};
      const auto* found =
          absl::c_find_if(kComparisons, [&](absl::string_view symbol) { return cursor_.TrySymbol(symbol); });
      if (found != kComparisons.end()) {
        RETURN_IF_ERROR(Count());
        ASSIGN_OR_RETURN(Value right, Sum());
        left = Operator(*found == "!=" ? "<>" : *found, std::move(left), std::move(right));
      } else if (cursor_.Is("IS") || cursor_.Is("NOT") || cursor_.Is("IN") || cursor_.Is("BETWEEN") ||
                 cursor_.Is("LIKE") || cursor_.Is("ILIKE")) {
        RETURN_IF_ERROR(Count());
        ASSIGN_OR_RETURN(left, Predicate(std::move(left)));
      } else {
        return left;
      }
    }
  }

  // IS [NOT] NULL, [NOT] IN (…), [NOT] BETWEEN a AND b, [NOT] LIKE p.
  absl::StatusOr<Value> Predicate(Value left) {
    bool negated = false;
    Value result;
    if (cursor_.Try("IS")) {
      negated = cursor_.Try("NOT");
      RETURN_IF_ERROR(cursor_.Expect("NULL"));
      result = Operator("IS NULL", std::move(left));
    } else {
      negated = cursor_.Try("NOT");
      if (cursor_.Try("IN")) {
        RETURN_IF_ERROR(cursor_.ExpectSymbol("("));
        ASSIGN_OR_RETURN(std::vector<Value> list, List());
        result = Operator("IN", std::move(left));
        absl::c_move(list, std::back_inserter(result.list));
      } else if (cursor_.Try("BETWEEN")) {
        ASSIGN_OR_RETURN(Value low, Sum());
        RETURN_IF_ERROR(cursor_.Expect("AND"));
        ASSIGN_OR_RETURN(Value high, Sum());
        result = Operator("BETWEEN", std::move(left), std::move(low), std::move(high));
      } else if (cursor_.Is("LIKE") || cursor_.Is("ILIKE")) {
        const std::string name = absl::AsciiStrToUpper(cursor_.Next().text);
        ASSIGN_OR_RETURN(Value pattern, Sum());
        if (cursor_.Is("ESCAPE") || cursor_.Is("ANY")) return Unsupported("LIKE with ESCAPE or ANY");
        result = Operator(name, std::move(left), std::move(pattern));
      } else {
        return cursor_.Unexpected();
      }
    }
    return negated ? Operator("NOT", std::move(result)) : std::move(result);
  }

  absl::StatusOr<Value> Sum() {
    ASSIGN_OR_RETURN(Value left, Product());
    while (IsSymbol(cursor_, "+") || IsSymbol(cursor_, "-") || IsSymbol(cursor_, "||")) {
      RETURN_IF_ERROR(Count());
      const std::string name = cursor_.Next().text;
      ASSIGN_OR_RETURN(Value right, Product());
      left = Operator(name, std::move(left), std::move(right));
    }
    return left;
  }

  absl::StatusOr<Value> Product() {
    ASSIGN_OR_RETURN(Value left, Unary());
    while (IsSymbol(cursor_, "*") || IsSymbol(cursor_, "/") || IsSymbol(cursor_, "%")) {
      RETURN_IF_ERROR(Count());
      const std::string name = cursor_.Next().text;
      ASSIGN_OR_RETURN(Value right, Unary());
      left = Operator(name, std::move(left), std::move(right));
    }
    return left;
  }

  absl::StatusOr<Value> Unary() {
    if (IsSymbol(cursor_, "-") && cursor_.Peek(1).kind != TokenKind::kNumber) {
      cursor_.Next();
      if (++depth_ > kMaxDepth) return Unsupported("expression of more than 100 levels");
      ASSIGN_OR_RETURN(Value value, Unary());
      --depth_;
      return Operator("NEGATE", std::move(value));
    }
    if (IsSymbol(cursor_, "+")) cursor_.Next();
    return Postfix();
  }

  absl::StatusOr<Value> Postfix() {
    ASSIGN_OR_RETURN(Value value, Primary());
    while (cursor_.TrySymbol("::")) {
      RETURN_IF_ERROR(Count());
      ASSIGN_OR_RETURN(std::string type, ParseDataType(cursor_));
      value = Operator("CAST", std::move(value));
      value.keys.push_back(std::move(type));
    }
    if (IsSymbol(cursor_, ":") || IsSymbol(cursor_, "[")) return Unsupported("paths into semi-structured values");
    if (cursor_.Is("OVER")) return Unsupported("window functions");
    return value;
  }

  absl::StatusOr<Value> Primary() {
    const Token& token = cursor_.Peek();
    if (cursor_.TrySymbol("(")) {
      if (cursor_.Is("SELECT") || cursor_.Is("WITH")) return Unsupported("subqueries");
      ASSIGN_OR_RETURN(Value value, Or());
      RETURN_IF_ERROR(cursor_.ExpectSymbol(")"));
      return value;
    }
    const bool literal = token.kind != TokenKind::kQuoted && token.kind != TokenKind::kWord;
    if (literal || cursor_.Is("NULL") || cursor_.Is("TRUE") || cursor_.Is("FALSE")) return ParseLiteral(cursor_);
    if (IsReserved(cursor_)) return cursor_.Unexpected();
    if (cursor_.Try("CASE")) return Case();
    if (cursor_.Is("X") && cursor_.Peek(1).kind == TokenKind::kString) return Bytes();
    if (token.kind == TokenKind::kWord && IsSymbol(cursor_, "(", 1)) return Call();
    if (cursor_.Is("EXISTS") || cursor_.Is("INTERVAL")) return Unsupported(absl::AsciiStrToUpper(token.text));
    ASSIGN_OR_RETURN(QualifiedName name, cursor_.ExpectName());
    Value value = Make(Type::kName, name.name());
    value.name = std::move(name);
    return value;
  }

  // X'00ff', as drivers write bytes.
  absl::StatusOr<Value> Bytes() {
    cursor_.Next();
    Value call = Make(Type::kFunction, "TO_BINARY");
    ASSIGN_OR_RETURN(Value hex, ParseLiteral(cursor_));
    call.list.push_back(std::move(hex));
    return call;
  }

  absl::StatusOr<Value> Call() {
    Value call = Make(Type::kFunction, absl::AsciiStrToUpper(cursor_.Next().text));
    RETURN_IF_ERROR(cursor_.ExpectSymbol("("));
    if (call.text == "CAST" || call.text == "TRY_CAST") return Cast(call.text);
    if (cursor_.TrySymbol(")")) return call;
    if (call.text == "COUNT" && cursor_.TrySymbol("*")) {
      call.list.push_back(Make(Type::kStar, "*"));
      RETURN_IF_ERROR(cursor_.ExpectSymbol(")"));
      return call;
    }
    const bool distinct = cursor_.Try("DISTINCT");
    ASSIGN_OR_RETURN(call.list, List());
    if (distinct) call.list.front() = Operator("DISTINCT", std::move(call.list.front()));
    return call;
  }

  absl::StatusOr<Value> Cast(const std::string& name) {
    ASSIGN_OR_RETURN(Value value, Or());
    RETURN_IF_ERROR(cursor_.Expect("AS"));
    ASSIGN_OR_RETURN(std::string type, ParseDataType(cursor_));
    RETURN_IF_ERROR(cursor_.ExpectSymbol(")"));
    Value cast = Operator(name, std::move(value));
    cast.keys.push_back(std::move(type));
    return cast;
  }

  // CASE [value] WHEN … THEN … [ELSE …] END; the value is compared with each WHEN.
  absl::StatusOr<Value> Case() {
    std::optional<Value> compared;
    if (!cursor_.Is("WHEN")) {
      ASSIGN_OR_RETURN(compared, Or());
    }
    Value result = Operator("CASE");
    while (cursor_.Try("WHEN")) {
      ASSIGN_OR_RETURN(Value when, Or());
      if (compared) {
        RETURN_IF_ERROR(Count(Size(*compared)));
        when = Operator("=", *compared, std::move(when));
      }
      RETURN_IF_ERROR(cursor_.Expect("THEN"));
      ASSIGN_OR_RETURN(Value then, Or());
      result.list.push_back(std::move(when));
      result.list.push_back(std::move(then));
    }
    if (result.list.empty()) return cursor_.Unexpected();
    if (cursor_.Try("ELSE")) {
      ASSIGN_OR_RETURN(Value otherwise, Or());
      result.list.push_back(std::move(otherwise));
    }
    RETURN_IF_ERROR(cursor_.Expect("END"));
    return result;
  }

  // Expressions up to the closing parenthesis, at least one.
  absl::StatusOr<std::vector<Value>> List() {
    if (cursor_.Is("SELECT") || cursor_.Is("WITH")) return Unsupported("subqueries");
    std::vector<Value> values;
    do {
      ASSIGN_OR_RETURN(Value value, Or());
      values.push_back(std::move(value));
    } while (cursor_.TrySymbol(","));
    RETURN_IF_ERROR(cursor_.ExpectSymbol(")"));
    return values;
  }

  // Takes note of one more operator, or of what a copy adds.
  absl::Status Count(int64_t more = 1) {
    if ((operators_ += more) > kMaxOperators) return Unsupported("expression of more than 1000 operators");
    return absl::OkStatus();
  }

  TokenCursor& cursor_;
  int depth_ = 0;
  int64_t operators_ = 0;
};

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
    ASSIGN_OR_RETURN(Value argument, ParseLiteral(cursor));
    call.list.push_back(std::move(argument));
  } while (cursor.TrySymbol(","));
  RETURN_IF_ERROR(cursor.ExpectSymbol(")"));
  return call;
}

absl::StatusOr<Value> ParseValue(TokenCursor& cursor) {
  return ExpressionParser(cursor).Or();
}

}  // namespace spcs::sql
