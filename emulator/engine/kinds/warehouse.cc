// SPDX-License-Identifier: MPL-2.0
// Warehouses: started or suspended at once; nothing here computes on them.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/json.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

constexpr PropertyMap kMap = {{"WAREHOUSE_TYPE", "type"},
                              {"MAX_CLUSTER_COUNT", "max_cluster_count"},
                              {"MIN_CLUSTER_COUNT", "min_cluster_count"},
                              {"SCALING_POLICY", "scaling_policy"},
                              {"AUTO_SUSPEND", "auto_suspend"},
                              {"AUTO_RESUME", "auto_resume"},
                              {"COMMENT", "comment"}};

const nlohmann::json& Defaults() {
  static const auto* defaults =
      new nlohmann::json{{"state", "STARTED"},     {"type", "STANDARD"},     {"size", "X-Small"},
                         {"min_cluster_count", 1}, {"max_cluster_count", 1}, {"scaling_policy", "STANDARD"},
                         {"auto_suspend", 600},    {"auto_resume", true},    {"comment", ""}};
  return *defaults;
}

// XSMALL and X-SMALL are shown as X-Small; "" for a size that does not exist.
std::string SizeName(absl::string_view word) {
  const std::string plain = absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", ""}});
  const std::pair<absl::string_view, absl::string_view> kSizes[] = {
      {"XSMALL", "X-Small"},    {"SMALL", "Small"},      {"MEDIUM", "Medium"},    {"LARGE", "Large"},
      {"XLARGE", "X-Large"},    {"XXLARGE", "2X-Large"}, {"X2LARGE", "2X-Large"}, {"2XLARGE", "2X-Large"},
      {"XXXLARGE", "3X-Large"}, {"X3LARGE", "3X-Large"}, {"3XLARGE", "3X-Large"}, {"X4LARGE", "4X-Large"},
      {"4XLARGE", "4X-Large"}};
  for (const auto& [key, name] : kSizes) {
    if (plain == key) return std::string(name);
  }
  return "";
}

class WarehouseHandler : public KindHandler {
 public:
  WarehouseHandler() : KindHandler(Kind::kWarehouse) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    if (start.replaced) context.store().Delete(start.replaced->id);
    Object warehouse = context.NewObject(kind(), start.name);
    warehouse.props = Defaults();
    RETURN_IF_ERROR(Set(statement, warehouse));
    const sql::Value* suspended = statement.Find("INITIALLY_SUSPENDED");
    if (suspended != nullptr && suspended->text == "TRUE") warehouse.props["state"] = "SUSPENDED";
    context.store().Insert(warehouse);
    return Created("Warehouse", warehouse.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    const bool operate =
        statement.action == "SUSPEND" || statement.action == "RESUME" || statement.action == "RESUME IF SUSPENDED";
    const absl::string_view privilege = operate ? "OPERATE" : statement.action == "RENAME TO" ? "OWNERSHIP" : "MODIFY";
    ASSIGN_OR_RETURN(std::optional<Object> warehouse, StartAlter(context, kind(), statement, privilege));
    if (!warehouse) return Done();
    if (operate) RETURN_IF_ERROR(Operate(statement, *warehouse));
    if (statement.action == "RENAME TO") RETURN_IF_ERROR(Rename(context, *warehouse, statement));
    RETURN_IF_ERROR(Set(statement, *warehouse));
    for (const std::string& name : statement.unset) {
      for (const auto& [property, member] : kMap) {
        if (property == name) warehouse->props[std::string(member)] = Defaults()[std::string(member)];
      }
      if (name == "WAREHOUSE_SIZE") warehouse->props["size"] = Defaults()["size"];
    }
    context.store().Update(*warehouse);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> warehouse, StartDrop(context, kind(), statement));
    if (!warehouse) return AlreadyDropped(statement);
    context.store().Delete(warehouse->id);
    return Dropped(warehouse->name);
  }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::vector<Object> warehouses, context.ListVisible(kind(), statement.show));
    ResultBuilder rows({Text("name"),
                        Text("state"),
                        Text("type"),
                        Text("size"),
                        Fixed("min_cluster_count"),
                        Fixed("max_cluster_count"),
                        Fixed("started_clusters"),
                        Fixed("running"),
                        Fixed("queued"),
                        Text("is_default"),
                        Text("is_current"),
                        Fixed("auto_suspend"),
                        Text("auto_resume"),
                        Timestamp("created_on"),
                        Timestamp("resumed_on"),
                        Timestamp("updated_on"),
                        Text("owner"),
                        Text("comment"),
                        Text("scaling_policy"),
                        Text("owner_role_type")});
    for (const Object& warehouse : warehouses) {
      const bool started = Member(warehouse, "state") == "STARTED";
      const auto number = [&](absl::string_view key) { return absl::StrCat(JsonInt(warehouse.props, key)); };
      const std::string created = TimeText(warehouse.created_on);
      rows.Add({warehouse.name,
                Member(warehouse, "state"),
                warehouse.props.value("type", "STANDARD"),
                Member(warehouse, "size"),
                number("min_cluster_count"),
                number("max_cluster_count"),
                started ? "1" : "0",
                "0",
                "0",
                "N",
                YesNo(warehouse.name == context.session().warehouse),
                number("auto_suspend"),
                BoolText(warehouse.props.value("auto_resume", true)),
                created,
                created,
                created,
                warehouse.owner,
                Member(warehouse, "comment"),
                warehouse.props.value("scaling_policy", "STANDARD"),
                "ROLE"});
    }
    return std::move(rows).Build();
  }

  absl::StatusOr<ResultSet> Describe(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const Object warehouse, context.Require(kind(), statement.name));
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("kind")});
    rows.Add({TimeText(warehouse.created_on), warehouse.name, "WAREHOUSE"});
    return std::move(rows).Build();
  }

 private:
  static absl::Status Set(const sql::Statement& statement, Object& warehouse) {
    RETURN_IF_ERROR(CheckWord(statement, "WAREHOUSE_TYPE", {"STANDARD", "SNOWPARK-OPTIMIZED"}));
    RETURN_IF_ERROR(CheckWord(statement, "SCALING_POLICY", {"STANDARD", "ECONOMY"}));
    RETURN_IF_ERROR(CheckInt(statement, "MIN_CLUSTER_COUNT", 1, 10));
    RETURN_IF_ERROR(CheckInt(statement, "MAX_CLUSTER_COUNT", 1, 10));
    RETURN_IF_ERROR(CheckInt(statement, "AUTO_SUSPEND", 0, 31536000));
    CopyProperties(statement, kMap, warehouse.props);
    if (const sql::Value* size = statement.Find("WAREHOUSE_SIZE")) {
      const std::string name = SizeName(size->text);
      if (name.empty()) return InvalidValue(size->text, "WAREHOUSE_SIZE");
      warehouse.props["size"] = name;
    }
    if (JsonInt(warehouse.props, "min_cluster_count") > JsonInt(warehouse.props, "max_cluster_count")) {
      return InvalidValue(absl::StrCat(JsonInt(warehouse.props, "min_cluster_count")), "MIN_CLUSTER_COUNT");
    }
    return absl::OkStatus();
  }

  static absl::Status Operate(const sql::Statement& statement, Object& warehouse) {
    const std::string target = statement.action == "SUSPEND" ? "SUSPENDED" : "STARTED";
    if (Member(warehouse, "state") == target && statement.action != "RESUME IF SUSPENDED") {
      return Refused("090064", "22000",
                     absl::StrCat("Invalid state. Warehouse '", warehouse.name, "' cannot be ",
                                  target == "STARTED" ? "resumed" : "suspended", "."));
    }
    warehouse.props["state"] = target;
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeWarehouseHandler() {
  return std::make_unique<WarehouseHandler>();
}

}  // namespace spcs::engine
