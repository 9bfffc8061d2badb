// SPDX-License-Identifier: MPL-2.0
// Kinds that others only name: native applications (by compute pools) and file formats (by stages). A name with a
// comment, and nothing behind it.
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

class NamedHandler : public KindHandler {
 public:
  using KindHandler::KindHandler;

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    if (start.replaced) context.store().Delete(start.replaced->id);
    Object object = context.NewObject(kind(), start.name);
    object.props = {{"comment", ""}};
    CopyProperties(statement, {{"COMMENT", "comment"}}, object.props);
    context.store().Insert(object);
    return Created(sql::InfoOf(kind()).noun, object.name);
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> object, StartDrop(context, kind(), statement));
    if (!object) return AlreadyDropped(statement);
    context.store().Delete(object->id);
    return Dropped(object->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> objects, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"),
                        Text("owner"), Text("comment")});
    for (const Object& object : objects) {
      rows.Add({TimeText(object.created_on), object.name, TextOrNull(object.database), TextOrNull(object.schema),
                object.owner, Member(object, "comment")});
    }
    return std::move(rows).Build();
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeNamedHandler(Kind kind) {
  return std::make_unique<NamedHandler>(kind);
}

}  // namespace spcs::engine
