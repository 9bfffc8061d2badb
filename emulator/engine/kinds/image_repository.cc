// SPDX-License-Identifier: MPL-2.0
// Image repositories. The images inside are the registry's business (see image.h); they go with the
// repository.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/engine/kinds/common.h"
#include "emulator/engine/kinds/compute_pool.h"
#include "emulator/engine/kinds/image.h"
#include "emulator/engine/kinds/kinds.h"
#include "provider/base/status.h"

namespace spcs::engine {
namespace {

class ImageRepositoryHandler : public KindHandler {
 public:
  ImageRepositoryHandler() : KindHandler(Kind::kImageRepository) {}

  absl::StatusOr<ResultSet> Create(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(CreateStart start, StartCreate(context, kind(), statement));
    if (start.done) return *std::move(start.done);
    RETURN_IF_ERROR(CheckPlainName("Image Repository", start.name));
    Object repository = context.NewObject(kind(), start.name);
    repository.props = {{"comment", ""}};
    ASSIGN_OR_RETURN(repository.props["encryption"],
                     EncryptionType(statement, {"SNOWFLAKE_FULL", "SNOWFLAKE_SSE"}, "SNOWFLAKE_SSE"));
    CopyProperties(statement, {{"COMMENT", "comment"}}, repository.props);
    if (start.replaced) Remove(context, *start.replaced);
    context.store().Insert(repository);
    return Created("Image Repository", repository.name);
  }

  absl::StatusOr<ResultSet> Alter(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(std::optional<Object> repository, StartAlter(context, kind(), statement));
    if (!repository) return Done();
    CopyProperties(statement, {{"COMMENT", "comment"}}, repository->props);
    context.store().Update(*repository);
    return Done();
  }

  absl::StatusOr<ResultSet> Drop(ExecutionContext& context, const sql::Statement& statement) override {
    ASSIGN_OR_RETURN(const std::optional<Object> repository, StartDrop(context, kind(), statement));
    if (!repository) return AlreadyDropped(statement);
    Remove(context, *repository);
    return Dropped(repository->name);
  }

  void DropWithParent(ExecutionContext& context, const Object& object) override { Remove(context, object); }

  absl::StatusOr<ResultSet> Show(ExecutionContext& context, const sql::Statement& statement) override {
    std::vector<Object> repositories;
    if (IsVendorsSchema(statement.show)) {
      repositories.push_back(VendorsRepository());
    } else {
      ASSIGN_OR_RETURN(repositories, context.ListVisible(kind(), statement.show));
    }
    const std::string host = RegistryHost(context);
    ResultBuilder rows({Timestamp("created_on"), Text("name"), Text("database_name"), Text("schema_name"),
                        Text("repository_url"), Text("owner"), Text("owner_role_type"), Text("comment"),
                        Text("encryption"), Text("privatelink_repository_url")});
    for (const Object& repository : repositories) {
      const std::string path = absl::StrCat(repository.database, "/", repository.schema, "/", repository.name);
      rows.Add({TimeText(repository.created_on), repository.name, repository.database, repository.schema,
                absl::StrCat(host, "/", absl::AsciiStrToLower(path)), repository.owner, "ROLE",
                Member(repository, "comment"), Member(repository, "encryption"), std::nullopt});
    }
    return std::move(rows).Build();
  }

 private:
  // The vendor's own repository, which every account may read. It is not stored: all that anyone does with it here is
  // to ask for it by its schema, as the vendor's CLI does to find the registry's address.
  static bool IsVendorsSchema(const sql::ShowClauses& show) {
    const auto& parts = show.in_name.parts;
    return show.in == "SCHEMA" && parts.size() == 2 && parts[0].name == "SNOWFLAKE" && parts[1].name == "IMAGES";
  }
  static Object VendorsRepository() {
    Object repository;
    repository.kind = Kind::kImageRepository;
    repository.database = "SNOWFLAKE";
    repository.schema = "IMAGES";
    repository.name = "SNOWFLAKE_IMAGES";
    repository.created_on = absl::FromUnixSeconds(1'700'000'000);
    repository.props = {{"comment", ""}, {"encryption", "SNOWFLAKE_FULL"}};
    return repository;
  }

  static void Remove(ExecutionContext& context, const Object& repository) {
    for (const Object& image : context.store().List(Kind::kImage, repository.database, repository.schema)) {
      // An image's object is named REPOSITORY/name:tag.
      if (absl::StartsWith(image.name, absl::StrCat(repository.name, "/"))) context.store().Delete(image.id);
    }
    ForgetContent(context, repository.id);
    context.store().Delete(repository.id);
  }
};

}  // namespace

std::unique_ptr<KindHandler> MakeImageRepositoryHandler() {
  return std::make_unique<ImageRepositoryHandler>();
}

}  // namespace spcs::engine
