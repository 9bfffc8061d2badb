// SPDX-License-Identifier: MPL-2.0
#include "provider/resources/workload.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "provider/base/status.h"
#include "provider/resources/poll.h"

namespace spcs::resources {

using snowflake::ObjectName;
using snowflake::SqlValue;
using snowflake::Statement;

absl::StatusOr<std::vector<ContainerHealth>> ListContainers(Session& session, const ObjectName& name,
                                                            std::stop_token stop) {
  ASSIGN_OR_RETURN(const auto result,
                   session.Query(Statement("SHOW SERVICE CONTAINERS IN SERVICE").Name(name), std::move(stop)));
  return ReadContainers(AllRows(result));
}

std::string LogTail(Session& session, const ObjectName& name, const ContainerHealth& container, int lines,
                    std::stop_token stop) {
  int64_t instance = 0;
  if (!absl::SimpleAtoi(container.instance_id, &instance)) return "";
  Statement statement("SELECT");
  statement.Call("SYSTEM$GET_SERVICE_LOGS",
                 {SqlValue(name.Sql()), SqlValue(instance), SqlValue(container.name), SqlValue(lines)});
  const auto result = session.Query(statement, std::move(stop));
  if (!result.ok() || result->size() == 0 || result->columns.empty()) return "";
  return result->cells[0][0].value_or("");
}

absl::StatusOr<std::optional<ObjectRow>> DescribeService(Session& session, const ObjectName& name,
                                                         std::stop_token stop) {
  const auto result = session.Query(Statement("DESCRIBE SERVICE").Name(name), std::move(stop));
  if (absl::IsNotFound(result.status())) return std::optional<ObjectRow>();
  RETURN_IF_ERROR(result.status());
  if (result->size() == 0) return std::optional<ObjectRow>();
  return std::optional<ObjectRow>(DescribedRow(*result));
}

absl::Status DropAndWait(tf::Context& context, Session& session, const ObjectName& name, bool force,
                         absl::Duration timeout) {
  Statement drop("DROP SERVICE");
  drop.Name(name);
  if (force) drop.Raw("FORCE");
  RETURN_IF_ERROR(session.Change(snowflake::ShowKind::kService, name, drop, context.stop));
  std::string status;
  const auto look = [&]() -> absl::StatusOr<std::optional<bool>> {
    ASSIGN_OR_RETURN(const auto row, DescribeService(session, name, context.stop));
    status = row ? row->Text("status") : "DELETED";
    return status == "DELETED" ? std::optional<bool>(true) : std::nullopt;
  };
  const auto standing = [&] {
    return absl::StrCat(name.Sql(), " was dropped but is still ", status, "; run the same command again");
  };
  const Pace pace{.first = absl::Milliseconds(200), .growth = 2, .longest = absl::Seconds(5)};
  return PollUntil<bool>(context, pace, context.clock.Now() + timeout, look, standing).status();
}

}  // namespace spcs::resources
