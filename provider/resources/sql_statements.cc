// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/sql_statements.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "provider/base/status.h"
#include "provider/resources/names.h"

namespace spcs::resources {
namespace {

using snowflake::DerivedKeyword;
using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::SqlValue;
using snowflake::Statement;
using tf::Attribute;
using tf::Value;

constexpr char kTags[] = "tags";

bool IsNamePart(const std::string& attribute) {
  return attribute == "name" || attribute == "database" || attribute == "schema";
}

absl::StatusOr<Identifier> Part(const Value& object, const char* attribute) {
  const Value& value = object.Get(attribute);
  if (!value.IsString()) {
    return WithFact(absl::InvalidArgumentError("the name is not known"), kAttributePath, attribute);
  }
  absl::StatusOr<Identifier> part = Identifier::Parse(value.AsString());
  if (!part.ok()) return WithFact(part.status(), kAttributePath, attribute);
  return part;
}

std::string KeywordText(const Attribute& attribute, const Rule& rule) {
  return rule.keyword.empty() ? absl::AsciiStrToUpper(attribute.name) : rule.keyword;
}

// The word of the rule that stands alone in the list, in upper case; "" when none does.
std::string WordAlone(const Value& value, const Rule& rule) {
  if (value.AsList().size() != 1 || !value.AsList()[0].IsString()) return "";
  const std::string text = absl::AsciiStrToUpper(value.AsList()[0].AsString());
  return std::find(rule.words.begin(), rule.words.end(), text) == rule.words.end() ? "" : text;
}

absl::StatusOr<SqlValue> ListValue(const Value& value, const Rule& rule) {
  if (const std::string word = WordAlone(value, rule); !word.empty()) {
    return SqlValue::List(SqlValue::Word(DerivedKeyword(word)));
  }
  std::vector<std::string> texts;
  std::vector<ObjectName> names;
  for (const Value& element : value.AsList()) {
    texts.push_back(element.AsString());
    if (!rule.names) continue;
    ASSIGN_OR_RETURN(ObjectName name, ObjectName::Parse(element.AsString()));
    names.push_back(std::move(name));
  }
  return rule.names ? SqlValue(names) : SqlValue(texts);
}

// The value as SQL. `value` is known.
absl::StatusOr<SqlValue> ToSql(const Attribute& attribute, const Rule& rule, const Value& value) {
  if (value.IsBool()) return SqlValue(value.AsBool());
  if (value.IsNumber()) return SqlValue(value.AsNumber().AsInt());
  if (value.IsList()) return ListValue(value, rule);
  if (!value.IsString()) return absl::InternalError(absl::StrCat(attribute.name, " has no form in SQL"));
  if (attribute.write_only || attribute.sensitive) return SqlValue(snowflake::SecretText{value.AsString()});
  if (rule.moment) return SqlValue(ServiceMoment(value.AsString()));
  if (rule.word) return SqlValue::Word(DerivedKeyword(absl::AsciiStrToUpper(value.AsString())));
  if (!rule.names) return SqlValue(value.AsString());
  ASSIGN_OR_RETURN(const ObjectName name, ObjectName::Parse(value.AsString()));
  return SqlValue(name);
}

absl::Status AppendProperty(const Attribute& attribute, const Rule& rule, const Value& value, Statement& statement) {
  absl::StatusOr<SqlValue> sql = ToSql(attribute, rule, value);
  if (!sql.ok()) return WithFact(sql.status(), kAttributePath, attribute.name);
  const DerivedKeyword keyword = DerivedKeyword(KeywordText(attribute, rule));
  if (rule.group.empty()) {
    statement.Property(keyword, *sql);
  } else {
    statement.Raw(DerivedKeyword(rule.group)).Raw("= (").Property(keyword, *sql).Raw(")");
  }
  return absl::OkStatus();
}

// Whether the service fills in what is not given, and can be told to do so again.
bool IsAccountsDefault(const SqlKind& kind, const Attribute& attribute) {
  const Rule& rule = RuleFor(kind, attribute.name);
  const bool computed = attribute.optional && attribute.computed && !attribute.default_value && !attribute.replace;
  return computed && rule.in_alter && IsProperty(attribute, rule);
}

// DB.SCHEMA.TAG = 'value', …
absl::Status AppendTagItems(const Value::Map& tags, bool with_value, Statement& statement) {
  bool first = true;
  for (const auto& [tag, value] : tags) {
    absl::StatusOr<ObjectName> name = ObjectName::Parse(tag, 3);
    if (!name.ok()) return WithFact(name.status(), kAttributePath, kTags);
    if (!first) statement.Comma();
    first = false;
    statement.Name(*name);
    if (with_value) statement.Raw("=").Literal(value.IsString() ? value.AsString() : "");
  }
  return absl::OkStatus();
}

// SET TAG for what is new or has another value, UNSET TAG for what is there no more.
absl::Status AlterTags(const SqlKind& kind, const ObjectName& name, const Value& prior, const Value& planned,
                       std::vector<Statement>& statements) {
  const Value::Map none;
  const Value::Map& before = prior.IsMap() ? prior.AsMap() : none;
  const Value::Map& after = planned.IsMap() ? planned.AsMap() : none;
  Value::Map set, unset;
  for (const auto& [tag, value] : after) {
    if (!(prior.Get(tag) == value)) set[tag] = value;
  }
  for (const auto& [tag, value] : before) {
    if (after.count(tag) == 0) unset[tag] = value;
  }
  const auto add = [&](const Value::Map& tags, bool sets) -> absl::Status {
    if (tags.empty()) return absl::OkStatus();
    Statement alter("ALTER");
    alter.Raw(DerivedKeyword(kind.keyword)).Name(name);
    sets ? alter.Raw("SET TAG") : alter.Raw("UNSET TAG");
    RETURN_IF_ERROR(AppendTagItems(tags, sets, alter));
    statements.push_back(std::move(alter));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(add(set, true));
  return add(unset, false);
}

// created_on, resumed_on and the like.
bool IsTime(const Attribute& attribute) {
  return absl::EndsWith(attribute.name, "_on");
}

// A name of a column as SQL spells it: the service shows a single name bare, whatever is in it.
std::string SpelledName(const std::string& text) {
  if (absl::StrContains(text, '.') || absl::StrContains(text, '"')) return text;
  return Identifier::Stored(text).Sql();
}

// The column's text as a value of the attribute's type.
Value FromColumn(const Attribute& attribute, const Rule& rule, const std::string& text) {
  if (!rule.flag.empty()) return Value(absl::StrContains(absl::AsciiStrToUpper(text), rule.flag));
  if (text.empty() || text == "null") return Value::Null();
  switch (attribute.type.kind()) {
    case tf::Type::Kind::kBool: return Value(SaysYes(text));
    case tf::Type::Kind::kNumber: {
      tf::Number number;
      return tf::Number::Parse(text, number) ? Value(number) : Value::Null();
    }
    case tf::Type::Kind::kSet:
    case tf::Type::Kind::kList: {
      Value::List elements;
      for (std::string& element : SplitList(text)) elements.emplace_back(std::move(element));
      if (elements.empty()) return Value::Null();
      const bool is_set = attribute.type.kind() == tf::Type::Kind::kSet;
      return is_set ? tf::internal::SortSet(Value(std::move(elements))) : Value(std::move(elements));
    }
    default: return Value(rule.names ? SpelledName(text) : text);
  }
}

}  // namespace

bool MeansTheSame(const Attribute& attribute, const Value& a, const Value& b) {
  if (a == b) return true;
  return a.IsKnown() && b.IsKnown() && attribute.same_meaning != nullptr && attribute.same_meaning(a, b);
}

absl::StatusOr<ObjectName> NameOf(const SqlKind& kind, const Value& object) {
  ASSIGN_OR_RETURN(Identifier name, Part(object, "name"));
  if (kind.scope == Scope::kAccount) return ObjectName(std::move(name));
  ASSIGN_OR_RETURN(Identifier database, Part(object, "database"));
  if (kind.scope == Scope::kDatabase) return ObjectName(std::move(database), std::move(name));
  ASSIGN_OR_RETURN(Identifier schema, Part(object, "schema"));
  return ObjectName(std::move(database), std::move(schema), std::move(name));
}

absl::StatusOr<Value> StateFromId(const SqlKind& kind, const tf::Schema& schema, const std::string& id) {
  const int parts = kind.scope == Scope::kAccount ? 1 : kind.scope == Scope::kDatabase ? 2 : 3;
  const char* const form = parts == 1 ? "NAME" : parts == 2 ? "DATABASE.NAME" : "DATABASE.SCHEMA.NAME";
  absl::StatusOr<ObjectName> name = ObjectName::Parse(id, parts);
  if (!name.ok()) {
    return WithFact(Annotate(name.status(), absl::StrCat("the import id \"", id, "\"")), kAdvice,
                    absl::StrCat("Give the name as SQL has it: ", form, "."));
  }
  Value::Map state;
  for (const Attribute& attribute : schema.attributes) state[attribute.name] = Value::Null();
  state["name"] = name->name().Sql();
  if (parts > 1) state["database"] = name->database().Sql();
  if (parts > 2) state["schema"] = name->schema().Sql();
  return Value(std::move(state));
}

const Rule& RuleFor(const SqlKind& kind, const std::string& attribute) {
  static const Rule kConvention;
  const auto rule = kind.rules.find(attribute);
  return rule == kind.rules.end() ? kConvention : rule->second;
}

bool IsProperty(const Attribute& attribute, const Rule& rule) {
  const bool settable = attribute.required || attribute.optional;
  const bool has_form = !IsNamePart(attribute.name) && attribute.name != kTags;
  return settable && has_form && !attribute.client_only && (rule.in_create || rule.in_alter);
}

absl::Status AppendProperties(const SqlKind& kind, const tf::Schema& schema, const Value& planned, const Value& config,
                              Statement& statement) {
  for (const Attribute& attribute : schema.attributes) {
    const Rule& rule = RuleFor(kind, attribute.name);
    if (!IsProperty(attribute, rule) || !rule.in_create) continue;
    const Value& value = (attribute.write_only ? config : planned).Get(attribute.name);
    if (value.IsKnown()) RETURN_IF_ERROR(AppendProperty(attribute, rule, value, statement));
  }
  return absl::OkStatus();
}

absl::StatusOr<Statement> CreateStatement(const SqlKind& kind, const tf::Schema& schema, const Value& planned,
                                          const Value& config) {
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind, planned));
  const Value& transient = planned.Get("transient");
  Statement statement("CREATE");
  if (transient.IsBool() && transient.AsBool()) statement.Raw("TRANSIENT");
  statement.Raw(DerivedKeyword(kind.keyword)).Name(name);
  RETURN_IF_ERROR(AppendProperties(kind, schema, planned, config, statement));
  return statement;
}

absl::Status AppendTags(const Value& planned, Statement& statement) {
  const Value& tags = planned.Get(kTags);
  if (!tags.IsMap() || tags.AsMap().empty()) return absl::OkStatus();
  statement.Raw("WITH TAG (");
  RETURN_IF_ERROR(AppendTagItems(tags.AsMap(), /*with_value=*/true, statement));
  statement.Raw(")");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Statement>> AlterStatements(const SqlKind& kind, const tf::Schema& schema,
                                                       const Value& prior, const Value& planned) {
  ASSIGN_OR_RETURN(const ObjectName name, NameOf(kind, planned));
  Statement set("ALTER"), unset("ALTER");
  set.Raw(DerivedKeyword(kind.keyword)).Name(name).Raw("SET");
  unset.Raw(DerivedKeyword(kind.keyword)).Name(name).Raw("UNSET");
  bool sets = false, unsets = false;
  for (const Attribute& attribute : schema.attributes) {
    const Rule& rule = RuleFor(kind, attribute.name);
    if (!IsProperty(attribute, rule) || !rule.in_alter || attribute.replace || attribute.write_only) continue;
    const Value& value = planned.Get(attribute.name);
    // Unknown is what is taken away and has no default of ours (PlanUnset).
    if (value.IsUnknown() && !IsAccountsDefault(kind, attribute)) continue;
    if (MeansTheSame(attribute, prior.Get(attribute.name), value)) continue;
    if (value.IsKnown()) {
      RETURN_IF_ERROR(AppendProperty(attribute, rule, value, set));
      sets = true;
    } else if (rule.unset_by_empty) {
      const bool list = attribute.type.kind() == tf::Type::Kind::kSet || attribute.type.kind() == tf::Type::Kind::kList;
      RETURN_IF_ERROR(AppendProperty(attribute, rule, list ? Value(Value::List{}) : Value(""), set));
      sets = true;
    } else {
      if (unsets) unset.Comma();
      unset.Raw(DerivedKeyword(KeywordText(attribute, rule)));
      unsets = true;
    }
  }
  std::vector<Statement> statements;
  if (sets) statements.push_back(std::move(set));
  if (unsets) statements.push_back(std::move(unset));
  RETURN_IF_ERROR(AlterTags(kind, name, prior.Get(kTags), planned.Get(kTags), statements));
  return statements;
}

Value WithoutUnreadable(const SqlKind& kind, const tf::Schema& schema, const Value& planned) {
  Value::Map told = planned.AsMap();
  for (const Attribute& attribute : schema.attributes) {
    const Rule& rule = RuleFor(kind, attribute.name);
    const bool unreadable = IsProperty(attribute, rule) && rule.in_alter && !rule.in_show;
    if (unreadable || attribute.name == kTags) told[attribute.name] = Value::Null();
  }
  return Value(std::move(told));
}

void PlanUnset(const SqlKind& kind, const tf::Schema& schema, const std::string& given, const Value& config,
               Value& planned) {
  const std::set<std::string> names = absl::StrSplit(given, ',');
  for (const Attribute& attribute : schema.attributes) {
    if (!IsAccountsDefault(kind, attribute) || !config.Get(attribute.name).IsNull()) continue;
    if (names.count(attribute.name) > 0) planned.AsMap()[attribute.name] = Value::Unknown();
  }
}

std::string GivenAttributes(const SqlKind& kind, const tf::Schema& schema, const Value& config) {
  std::vector<std::string> names;
  for (const Attribute& attribute : schema.attributes) {
    const bool given = IsAccountsDefault(kind, attribute) && !config.Get(attribute.name).IsNull();
    if (given) names.push_back(attribute.name);
  }
  return absl::StrJoin(names, ",");
}

Statement RenameStatement(const SqlKind& kind, const ObjectName& from, const ObjectName& to) {
  Statement rename("ALTER");
  return std::move(rename.Raw(DerivedKeyword(kind.keyword)).Name(from).Raw("RENAME TO").Name(to));
}

Value MergeRow(const SqlKind& kind, const tf::Schema& schema, const ObjectRow& row, Value state) {
  for (const Attribute& attribute : schema.attributes) {
    const Rule& rule = RuleFor(kind, attribute.name);
    const bool told = attribute.name != kTags && !attribute.client_only && !attribute.write_only &&
                      attribute.nested == nullptr && rule.in_show;
    if (!told) continue;
    const std::string column = rule.column.empty() ? attribute.name : rule.column;
    if (!row.Has(column) || IsNamePart(attribute.name)) continue;
    const bool time = rule.moment || IsTime(attribute);
    Value now = FromColumn(attribute, rule, time ? row.Time(column) : row.Text(column));
    Value& stored = state.AsMap()[attribute.name];
    if (!MeansTheSame(attribute, stored, now)) stored = std::move(now);
  }
  return state;
}

std::string ServiceMoment(const std::string& text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return text;
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S %z", time, absl::UTCTimeZone());
}

std::vector<std::string> SplitList(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (absl::ConsumePrefix(&text, "[")) absl::ConsumeSuffix(&text, "]");
  std::vector<std::string> elements;
  std::string element;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c != ',' || quoted) {
      element += c;
      continue;
    }
    elements.emplace_back(absl::StripAsciiWhitespace(element));
    element.clear();
  }
  element = std::string(absl::StripAsciiWhitespace(element));
  if (!element.empty()) elements.push_back(std::move(element));
  return elements;
}

}  // namespace spcs::resources
