// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/kinds/tag.h"

#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr size_t kMostTags = 50, kLongestValue = 256;

const std::vector<sql::Value>* TagsOf(const sql::Statement& statement) {
  const auto tags = statement.values.find("tags");
  return tags == statement.values.end() ? nullptr : &tags->second;
}

// Values of tags are kept under the tag's full name.
absl::Status PutTags(ExecutionContext& context, const std::vector<sql::Value>& tags, Object& object) {
  nlohmann::json& kept = object.props["tags"];
  if (!kept.is_object()) kept = nlohmann::json::object();
  for (const sql::Value& value : tags) {
    ASSIGN_OR_RETURN(const Object tag, context.Require(Kind::kTag, value.name));
    if (value.text.size() > kLongestValue) return InvalidValue(value.text, tag.name);
    kept[NameOf(tag).ToString()] = value.text;
  }
  if (kept.size() <= kMostTags) return absl::OkStatus();
  return CompilationError(absl::StrCat("Object ", object.name, " has more than ", kMostTags, " tags."));
}

class TagHandler : public KindHandler {
 public:
  TagHandler() : KindHandler(Kind::kTag) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    Object tag = context.NewObject(kind(), start.name);
    tag.props = {{"comment", ""}};
    CopyProperties(statement, {{"COMMENT", "comment"}}, tag.props);
    if (start.replaced) context.store().Delete(start.replaced->id);
    context.store().Insert(tag);
    return Created("Tag", tag.name);
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> tag, StartDrop(context, kind(), statement));
    if (!tag) return AlreadyDropped(statement);
    context.store().Delete(tag->id);
    return Dropped(tag->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> tags, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"),
                        Text("owner"), Text("comment"), Text("allowed_values"), Text("owner_role_type")});
    for (const Object& tag : tags) {
      rows.Add({TimeText(tag.created_on), tag.name, tag.database, tag.schema, tag.owner, Member(tag, "comment"),
                std::nullopt, "ROLE"});
    }
    return std::move(rows).Build();
  }
};

}  // namespace

bool AltersTags(const sql::Statement& statement) {
  return statement.action == "SET TAG" || statement.action == "UNSET TAG";
}

absl::StatusOr<ResultSet> AlterTags(ExecutionContext& context, Kind kind, const sql::Statement& statement) {
  ASSIGN_OR_RETURN(std::optional<Object> object, StartAlter(context, kind, statement));
  const std::vector<sql::Value>* tags = TagsOf(statement);
  if (!object || tags == nullptr) return Done();
  if (statement.action == "SET TAG") {
    RETURN_IF_ERROR(PutTags(context, *tags, *object));
  } else {
    for (const sql::Value& value : *tags) {
      ASSIGN_OR_RETURN(const Object tag, context.Require(Kind::kTag, value.name));
      if (object->props.contains("tags")) object->props["tags"].erase(NameOf(tag).ToString());
    }
  }
  context.store().Update(*object);
  return Done();
}

absl::Status TagCreated(ExecutionContext& context, Kind kind, const sql::Statement& statement) {
  const std::vector<sql::Value>* tags = TagsOf(statement);
  if (tags == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const FullName name, context.Qualify(kind, statement.name));
  std::optional<Object> object = context.Find(kind, name);
  if (!object) return absl::OkStatus();
  RETURN_IF_ERROR(PutTags(context, *tags, *object));
  context.store().Update(*object);
  return absl::OkStatus();
}

std::unique_ptr<KindHandler> MakeTagHandler() {
  return std::make_unique<TagHandler>();
}

}  // namespace spcs::engine
