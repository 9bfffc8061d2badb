// SPDX-License-Identifier: MPL-2.0
// spcs_stage_file: one file in an internal stage.
#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "provider/base/file.h"
#include "provider/base/status.h"
#include "provider/oci/digest.h"
#include "provider/oci/image.h"
#include "provider/resources/account.h"
#include "provider/resources/all.h"
#include "provider/resources/deadline.h"
#include "provider/resources/import_block.h"
#include "provider/resources/names.h"
#include "provider/resources/object_row.h"
#include "provider/resources/ownership.h"
#include "provider/resources/poll.h"
#include "provider/snowflake/stage_upload.h"
#include "provider/tf/timeouts.h"
#include "provider/tf/typed_resource.h"
#include "provider/tf/validate.h"

namespace spcs::resources {
namespace {

using snowflake::Identifier;
using snowflake::ObjectName;
using snowflake::Statement;

// How long files that go in the same run may take.
constexpr absl::Duration kOthersGo = absl::Seconds(10);
constexpr size_t kPiece = 1u << 20;

struct StageFileTimeouts {
  static constexpr absl::Duration kUpload = absl::Hours(1);
  tf::String create{}, update{};
  static const tf::Table<StageFileTimeouts>& Fields();
};

const tf::Table<StageFileTimeouts>& StageFileTimeouts::Fields() {
  using M = StageFileTimeouts;
  static const tf::Table<M> table{
      {"create", &M::create, tf::TimeoutAttribute("create", kUpload)},
      {"update", &M::update, tf::TimeoutAttribute("update", kUpload)},
  };
  return table;
}

struct StageFile {
  tf::String database{}, schema{}, stage{}, path{}, source{}, content{}, content_hash{}, md5{};
  tf::Int size{};
  tf::Object<StageFileTimeouts> timeouts{};
};

// The path goes into SQL and into a URL as it is, and LIST has to find it by its own spelling.
void CheckPath(const tf::Value& value, const tf::Path& path, tf::Diagnostics& diagnostics) {
  const std::string& text = value.AsString();
  bool good = !text.empty();
  for (const absl::string_view part : absl::StrSplit(text, '/')) {
    good = good && !part.empty() && part != "." && part != "..";
  }
  for (const char c : text) {
    good = good && !absl::ascii_iscntrl(static_cast<unsigned char>(c)) &&
           !absl::StrContains("'\"\\:?*", absl::string_view(&c, 1));
  }
  if (good) return;
  diagnostics.AddError(path, "Invalid path",
                       absl::StrCat("\"", text,
                                    "\" must be names joined by single slashes, without quotes, backslashes, colons, "
                                    "wildcards and control characters."));
}

const tf::Model<StageFile>& StageFileModel() {
  using M = StageFile;
  using tf::Computed, tf::Optional, tf::Required;
  static const tf::Model<M> model{
      "spcs_stage_file",
      "A file in an internal stage with server-side encryption (`SNOWFLAKE_SSE`), sent through a presigned URL. That "
      "the "
      "service takes uploads by such URLs is not verified; it was built from its published interface.",
      {
          {"database", &M::database, ParentAttribute("Database of the stage.")},
          {"schema", &M::schema, ParentAttribute("Schema of the stage.")},
          {"stage", &M::stage, ParentAttribute("Name of the stage.")},
          {"path", &M::path,
           Required{.replace = true,
                    .identity = true,
                    .validators = {CheckPath},
                    .doc = "Path of the file inside the stage, such as `config/app.yaml`."}},
          {"source", &M::source,
           Optional{.client_only = true,
                    .validators = {tf::NonEmpty()},
                    .doc = "File of this machine to send. Give this or `content`."}},
          {"content", &M::content,
           Optional{.client_only = true, .doc = "Text to send; it is kept in the state. Give this or `source`."}},
          {"content_hash", &M::content_hash,
           Computed{.doc = "Digest of the content, known in the plan: `sha256:…`. Null when the file was changed by "
                           "somebody else, which plans an upload."}},
          {"md5", &M::md5,
           Computed{
               .changes_with = {"content_hash"},
               .doc = "What the service tells of the stored file; a change of it means that the file was changed."}},
          {"size", &M::size,
           Computed{.changes_with = {"content_hash"}, .doc = "Bytes that the service stores for it."}},
          {"timeouts", &M::timeouts, tf::TimeoutsAttribute()},
      }};
  return model;
}

// The digest and, in `md5`, what storage calls the content: neither holds more than a piece of the file in memory.
absl::StatusOr<std::string> HashFile(const std::string& path, std::string* md5) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const oci::File> file, oci::File::Open(path));
  ASSIGN_OR_RETURN(const int64_t size, file->Size());
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr);
  oci::Sha256 sha;
  std::string buffer(kPiece, '\0');
  for (int64_t done = 0; done < size;) {
    const auto count = static_cast<size_t>(std::min<int64_t>(size - done, kPiece));
    RETURN_IF_ERROR(file->ReadAt(done, buffer.data(), count));
    sha.Update({buffer.data(), count});
    EVP_DigestUpdate(context.get(), buffer.data(), count);
    done += static_cast<int64_t>(count);
  }
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(context.get(), raw, &length);
  if (md5 != nullptr) *md5 = absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(raw), length));
  return sha.Digest();
}

// '@DB.SCHEMA.STAGE/path', for LIST and REMOVE.
std::string Location(const ObjectName& stage, const std::string& path) {
  return absl::StrCat("@", stage.Sql(), "/", path);
}

class StageFileResource : public tf::TypedResource<StageFile> {
 public:
  explicit StageFileResource(Account& account) : tf::TypedResource<StageFile>(StageFileModel()), account_(account) {}

  std::string noun() const override { return "stage file"; }

  absl::StatusOr<tf::Value> ImportIdentity(tf::Context& context, const tf::Value& identity) override {
    return StateFromIdentity(context, schema(), identity);
  }

 protected:
  void ValidateModel(const StageFile& config, tf::Diagnostics& diagnostics) const override {
    if (config.source.IsUnknown() || config.content.IsUnknown()) return;
    if (config.source.IsNull() != config.content.IsNull()) return;
    diagnostics.AddError(tf::Path("source"), "Wrong source", "Give exactly one of `source` and `content`.");
  }

  absl::Status ModifyPlanModel(tf::PlanContext&, const StageFile&, const std::optional<StageFile>&,
                               StageFile& planned) override {
    if (!planned.content.IsKnown() && !planned.source.IsKnown()) {
      planned.content_hash = tf::String::Unknown();
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(planned.content_hash, HashOf(planned));
    return absl::OkStatus();
  }

  absl::Status CreateModel(tf::Context& context, const StageFile&, const StageFile& planned,
                           std::optional<StageFile>& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const auto there, Find(context, *session, planned));
    if (there) {
      return WithFact(absl::AlreadyExistsError(absl::StrCat("there is a file ", planned.path.value(), " in the stage")),
                      kAdvice,
                      absl::StrCat("To manage it here, add this block and apply again:\n\n",
                                   ImportBlock(type_name(), IdOf(planned))));
    }
    return Upload(context, *session, planned, &StageFileTimeouts::create, state);
  }

  absl::Status UpdateModel(tf::Context& context, const StageFile&, const StageFile& prior, const StageFile& planned,
                           StageFile& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    if (prior.content_hash.IsNull()) {  // behind an import, or changed outside: perhaps it is the same after all
      ASSIGN_OR_RETURN(const auto there, Find(context, *session, planned));
      ASSIGN_OR_RETURN(const std::string md5, LocalMd5(planned));
      if (there && there->Text("md5") == md5) {
        state = planned;
        if (!planned.content_hash.IsKnown()) {
          ASSIGN_OR_RETURN(state.content_hash, HashOf(planned));
        }
        Keep(*there, state);
        return absl::OkStatus();
      }
    }
    std::optional<StageFile> made;
    const absl::Status status = Upload(context, *session, planned, &StageFileTimeouts::update, made);
    if (made) state = *std::move(made);
    return status;
  }

  absl::StatusOr<std::optional<StageFile>> ReadModel(tf::Context& context, const StageFile& stored) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    const auto there = Find(context, *session, stored);
    if (absl::IsNotFound(there.status())) {
      ASSIGN_OR_RETURN(const ObjectName stage, StageOf(stored));
      RETURN_IF_ERROR(RequireGone(context, *session, Statement("DESCRIBE STAGE").Name(stage), "stage", stage));
      return std::optional<StageFile>();
    }
    RETURN_IF_ERROR(there.status());
    RETURN_IF_ERROR(RememberAccount(context, *session));
    if (!*there) return std::optional<StageFile>();
    StageFile now = stored;
    const bool changed = stored.md5.value_or("") != (*there)->Text("md5");
    Keep(**there, now);
    if (changed) now.content_hash = tf::String();
    return std::optional<StageFile>(std::move(now));
  }

  absl::Status DeleteModel(tf::Context& context, const StageFile& state) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const ObjectName stage, StageOf(state));
    const absl::StatusOr<bool> is_there = AwaitAlone(context, *session, state);
    if (absl::IsNotFound(is_there.status())) return absl::OkStatus();
    RETURN_IF_ERROR(is_there.status());
    if (!*is_there) return absl::OkStatus();
    const Statement remove = Statement("REMOVE").Literal(Location(stage, state.path.value()));
    return session->Change(std::nullopt, stage, remove, context.stop);
  }

  absl::StatusOr<StageFile> ImportModel(tf::Context&, const std::string& id) override {
    const size_t slash = id.find('/');
    const absl::StatusOr<ObjectName> stage =
        slash == std::string::npos ? absl::InvalidArgumentError("") : ObjectName::Parse(id.substr(0, slash), 3);
    if (!stage.ok() || slash + 1 == id.size()) {
      return WithFact(absl::InvalidArgumentError(absl::StrCat("the import id \"", id, "\" is no file of a stage")),
                      kAdvice, "Write DATABASE.SCHEMA.STAGE/path.");
    }
    StageFile file;
    file.database = stage->parts()[0].Sql();
    file.schema = stage->parts()[1].Sql();
    file.stage = stage->parts()[2].Sql();
    file.path = id.substr(slash + 1);
    return file;
  }

 private:
  static absl::StatusOr<ObjectName> StageOf(const StageFile& file) {
    ASSIGN_OR_RETURN(Identifier database, Identifier::Parse(file.database.value_or("")));
    ASSIGN_OR_RETURN(Identifier schema, Identifier::Parse(file.schema.value_or("")));
    ASSIGN_OR_RETURN(Identifier stage, Identifier::Parse(file.stage.value_or("")));
    return ObjectName(std::move(database), std::move(schema), std::move(stage));
  }

  static std::string IdOf(const StageFile& file) {
    const absl::StatusOr<ObjectName> stage = StageOf(file);
    return absl::StrCat(stage.ok() ? stage->Sql() : "", "/", file.path.value_or(""));
  }

  // The row of LIST; nullopt when the stage has no such file. `others` gets the files that begin with the same path.
  static absl::StatusOr<std::optional<ObjectRow>> Find(tf::Context& context, Session& session, const StageFile& file,
                                                       std::vector<std::string>* others = nullptr) {
    ASSIGN_OR_RETURN(const ObjectName stage, StageOf(file));
    const std::string path = file.path.value_or("");
    ASSIGN_OR_RETURN(const auto result, session.Query(Statement("LIST").Literal(Location(stage, path)), context.stop));
    std::optional<ObjectRow> found;
    for (ObjectRow& row : AllRows(result)) {
      // The stage's name in lower case stands before the path.
      const std::string name = row.Text("name");
      const std::string listed = name.substr(std::min(name.find('/'), name.size() - 1) + 1);
      if (listed == path) {
        found = std::move(row);
      } else if (others != nullptr) {
        others->push_back(listed);
      }
    }
    return found;
  }

  // Whether the file is there. REMOVE takes everything that begins with the path: what else does, may be on its way out
  // in the same run ("model.safetensors.index.json" beside "model.safetensors"); if it stays, that is an error.
  static absl::StatusOr<bool> AwaitAlone(tf::Context& context, Session& session, const StageFile& file) {
    std::vector<std::string> others;
    const auto look = [&]() -> absl::StatusOr<std::optional<bool>> {
      others.clear();
      ASSIGN_OR_RETURN(const auto there, Find(context, session, file, &others));
      if (!there) return std::optional<bool>(false);
      return others.empty() ? std::optional<bool>(true) : std::nullopt;
    };
    const auto standing = [&] {
      return absl::StrCat("removing ", file.path.value(),
                          " would also remove what begins like it: ", absl::StrJoin(others, ", "));
    };
    absl::StatusOr<bool> found = PollUntil<bool>(context, {}, context.clock.Now() + kOthersGo, look, standing);
    if (!absl::IsDeadlineExceeded(found.status())) return found;
    return WithFact(absl::FailedPreconditionError(standing()), kAdvice, "Remove or rename those files first.");
  }

  static void Keep(const ObjectRow& row, StageFile& file) {
    file.md5 = row.Text("md5");
    file.size = row.Int("size");
  }

  // The digest of what is to be uploaded, whose source or content is known.
  static absl::StatusOr<std::string> HashOf(const StageFile& file) {
    if (file.content.IsKnown()) return oci::DigestOf(file.content.value());
    absl::StatusOr<std::string> hash = HashFile(ExpandHome(file.source.value()), nullptr);
    if (!hash.ok()) return WithFact(hash.status(), kAttributePath, "source");
    return hash;
  }

  static absl::StatusOr<std::string> LocalMd5(const StageFile& file) {
    std::string md5;
    if (file.source.IsKnown()) {
      RETURN_IF_ERROR(HashFile(ExpandHome(file.source.value()), &md5).status());
      return md5;
    }
    const std::string& text = file.content.value();
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), raw, &length, EVP_md5(), nullptr);
    return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(raw), length));
  }

  absl::Status Upload(tf::Context& context, Session& session, const StageFile& planned,
                      tf::String StageFileTimeouts::* verb, std::optional<StageFile>& state) {
    ASSIGN_OR_RETURN(const ObjectName stage, StageOf(planned));
    ASSIGN_OR_RETURN(const std::string hash, HashOf(planned));
    if (planned.content_hash.IsKnown() && hash != planned.content_hash.value()) {
      return WithFact(
          absl::FailedPreconditionError(absl::StrCat(planned.source.value_or(""), " has changed since the plan")),
          kAdvice, "Plan again.");
    }
    Deadline deadline(context.stop, tf::TimeoutOr(planned.timeouts, verb, StageFileTimeouts::kUpload));
    const snowflake::StageUpload upload({.base_url = session.base_url(), .role = session.client().role()},
                                        session.transport(), session.authenticator(), context.clock, context.logger);
    const std::string path = planned.path.value();
    const absl::Status sent = planned.content.IsKnown()
                                  ? upload.PutText(stage, path, planned.content.value(), deadline.token())
                                  : upload.PutFile(stage, path, ExpandHome(planned.source.value()), deadline.token());
    RETURN_IF_ERROR(deadline.Explain(sent));
    state = planned;
    state->content_hash = hash;
    state->md5 = tf::String();
    state->size = tf::Int();
    ASSIGN_OR_RETURN(const auto there, Find(context, session, planned));
    if (!there) {
      return absl::InternalError(absl::StrCat("the service took ", path, " but does not list it in ", stage.Sql()));
    }
    Keep(*there, *state);
    return RememberAccount(context, session);
  }

  Account& account_;
};

}  // namespace

std::unique_ptr<tf::Resource> MakeStageFile(Account& account) {
  return std::make_unique<StageFileResource>(account);
}

}  // namespace spcs::resources
