// SPDX-License-Identifier: MPL-2.0
// spcs_image: an image pushed into a repository of the account.
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/base/status.h"
#include "provider/http/curl_transport.h"
#include "provider/oci/push.h"
#include "provider/oci/reference.h"
#include "provider/oci/remote.h"
#include "provider/resources/account.h"
#include "provider/resources/all.h"
#include "provider/resources/deadline.h"
#include "provider/resources/image_model.h"
#include "provider/resources/object_row.h"
#include "provider/resources/ownership.h"
#include "provider/resources/registry_login.h"
#include "provider/tf/typed_resource.h"

namespace spcs::resources {
namespace {

using snowflake::ObjectName;
using snowflake::ShowKind;
using snowflake::Statement;

constexpr char kPushed[] = "pushed_digest";  // private state: what the last push made
constexpr char kNoun[] = "image repository";

// "1", "1, latest" or ["1","latest"].
bool HasTag(absl::string_view tags, const std::string& tag) {
  for (const absl::string_view one : absl::StrSplit(tags, absl::ByAnyChar(", []\""), absl::SkipEmpty())) {
    if (one == tag) return true;
  }
  return false;
}

class ImageResource : public tf::TypedResource<ImageModel> {
 public:
  explicit ImageResource(Account& account) : tf::TypedResource<ImageModel>(ImageTable()), account_(account) {}

  std::string noun() const override { return "image"; }

  absl::StatusOr<tf::Value> ImportIdentity(tf::Context& context, const tf::Value& identity) override {
    return StateFromIdentity(context, schema(), identity);
  }

 protected:
  void ValidateModel(const ImageModel& config, tf::Diagnostics& diagnostics) const override {
    if (!config.source.IsKnown()) return;
    const ImageSource& source = config.source.value();
    int given = 0, unknown = 0;
    for (const tf::String* one : {&source.oci_layout, &source.docker_archive, &source.registry}) {
      given += one->IsKnown();
      unknown += one->IsUnknown();
    }
    if (given > 1 || (given == 0 && unknown == 0)) {
      diagnostics.AddError(tf::Path("source"), "Wrong source",
                           "Give exactly one of `oci_layout`, `docker_archive` and `registry`.");
    }
    if (source.registry.IsKnown() && source.image.IsKnown() && given == 1) {
      diagnostics.AddError(tf::Path("source") / "image", "Unexpected name",
                           "A reference in `registry` names one image; `image` goes with the other sources.");
    }
  }

  absl::Status ModifyPlanModel(tf::PlanContext& context, const ImageModel&, const std::optional<ImageModel>& prior,
                               ImageModel& planned) override {
    if (IsLocal(planned)) {
      ASSIGN_OR_RETURN(const oci::Image image, OpenLocalSource(planned));
      planned.digest = image.digest;
    } else {
      // Behind an import nothing is known of what was pushed: what is there counts as that.
      const std::string pushed = context.private_state.Get(kPushed);
      const bool imported = prior && prior->source.IsNull();
      const bool same = prior && prior->source == planned.source && prior->platform == planned.platform;
      const bool drifted = prior && !pushed.empty() && !(prior->digest == tf::String(pushed));
      if (!imported && (!same || drifted)) planned.digest = tf::String::Unknown();
    }
    SetReferences(planned);
    return absl::OkStatus();
  }

  void ReviewPlanModel(tf::PlanContext& context, const std::optional<ImageModel>& prior, const ImageModel& planned,
                       bool replaces) override {
    if (prior && replaces) WarnOfLeftover(context, *prior);
    if (!prior) WarnOfTagThatMoves(context, planned);
  }

  void PlanDestroyModel(tf::PlanContext& context, const ImageModel& prior) override { WarnOfLeftover(context, prior); }

  absl::Status CreateModel(tf::Context& context, const ImageModel&, const ImageModel& planned,
                           std::optional<ImageModel>& state) override {
    return Push(context, planned, &ImageTimeouts::create, state);
  }

  absl::Status UpdateModel(tf::Context& context, const ImageModel&, const ImageModel& prior, const ImageModel& planned,
                           ImageModel& state) override {
    std::optional<ImageModel> pushed;
    if (planned.digest == prior.digest) {  // another way to the same image, or the first plan behind an import
      state = planned;
      return absl::OkStatus();
    }
    const absl::Status status = Push(context, planned, &ImageTimeouts::update, pushed);
    if (pushed) state = *std::move(pushed);
    return status;
  }

  absl::StatusOr<std::optional<ImageModel>> ReadModel(tf::Context& context, const ImageModel& stored) override {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    RETURN_IF_ERROR(CheckSameAccount(context, *session));
    ASSIGN_OR_RETURN(const ObjectName repository, RepositoryOf(stored));
    const auto images = session->Query(Statement("SHOW IMAGES IN IMAGE REPOSITORY").Name(repository), context.stop);
    if (absl::IsNotFound(images.status())) {
      const Statement show = Statement("SHOW IMAGE REPOSITORIES")
                                 .Like(repository.name().value())
                                 .Raw("IN SCHEMA")
                                 .Name(repository.Parent());
      RETURN_IF_ERROR(RequireGone(context, *session, show, kNoun, repository));
      return std::optional<ImageModel>();
    }
    RETURN_IF_ERROR(images.status());
    RETURN_IF_ERROR(RememberAccount(context, *session));
    const std::optional<std::string> digest = DigestOf(stored, AllRows(*images));
    if (!digest) return std::optional<ImageModel>();
    ImageModel now = stored;
    now.digest = *digest;
    SetReferences(now);
    return std::optional<ImageModel>(std::move(now));
  }

  absl::Status DeleteModel(tf::Context& context, const ImageModel& state) override {
    context.logger.Info("image forgotten; it stays in the repository",
                        {{"image", state.tagged_reference.value_or("")}});
    return absl::OkStatus();
  }

  absl::StatusOr<ImageModel> ImportModel(tf::Context&, const std::string& id) override { return ImageFromId(id); }

 private:
  // What the image's tag points to, by the rows of SHOW IMAGES; nullopt when there is no such tag.
  static std::optional<std::string> DigestOf(const ImageModel& image, const std::vector<ObjectRow>& rows) {
    for (const ObjectRow& row : rows) {
      const bool same = row.Text("image_name") == image.name.value_or("");
      if (same && HasTag(row.Text("tags"), image.tag.value_or(""))) return row.Text("digest");
    }
    return std::nullopt;
  }

  // A push moves a tag that is there, as every push does; whoever runs it would get the new image at the next start.
  void WarnOfTagThatMoves(tf::PlanContext& context, const ImageModel& planned) {
    const absl::StatusOr<ObjectName> repository = RepositoryOf(planned);
    const absl::StatusOr<Session*> session = account_.Connect();
    if (!repository.ok() || !session.ok() || !planned.name.IsKnown() || !planned.tag.IsKnown()) return;
    const auto images = (*session)->Query(Statement("SHOW IMAGES IN IMAGE REPOSITORY").Name(*repository), context.stop);
    if (!images.ok()) return;  // as a rule the repository is made by the same apply
    const std::optional<std::string> there = DigestOf(planned, AllRows(*images));
    if (!there || (planned.digest.IsKnown() && planned.digest.value() == *there)) return;
    context.diagnostics.AddWarning(
        tf::Path("tag"), absl::StrCat("The tag ", planned.tag.value(), " is in use"),
        absl::StrCat("The repository has an image ", planned.name.value(), ":", planned.tag.value(),
                     ", with the digest ", *there,
                     ". The push moves the tag to the image of this resource; the other one stays, by its digest. "
                     "Choose another tag if somebody still relies on this one."));
  }

  static void WarnOfLeftover(tf::PlanContext& context, const ImageModel& prior) {
    context.diagnostics.AddWarning(
        {}, "The image stays in the repository",
        absl::StrCat(prior.tagged_reference.value_or("It"),
                     " is only forgotten: the service cannot delete single images. Dropping the image repository drops "
                     "all of its images."));
  }

  absl::Status Push(tf::Context& context, const ImageModel& planned, tf::String ImageTimeouts::* verb,
                    std::optional<ImageModel>& state) {
    ASSIGN_OR_RETURN(Session * session, account_.Connect());
    ASSIGN_OR_RETURN(const oci::Reference target, TargetOf(context, *session, planned));
    Deadline deadline(context.stop, tf::TimeoutOr(planned.timeouts, verb, ImageTimeouts::kPush));
    const absl::StatusOr<oci::Image> pushed = Transfer(context, *session, planned, target, deadline.token());
    if (!pushed.ok()) return deadline.Explain(pushed.status());
    ImageModel made = planned;
    made.digest = pushed->digest;
    SetReferences(made);
    context.private_state.Set(kPushed, pushed->digest);
    state = std::move(made);
    return RememberAccount(context, *session);
  }

  absl::StatusOr<oci::Image> Transfer(tf::Context& context, Session& session, const ImageModel& planned,
                                      const oci::Reference& target, std::stop_token stop) {
    ASSIGN_OR_RETURN(const auto login, login_.Get(session, stop));
    const auto credentials = [login](std::stop_token) -> absl::StatusOr<oci::Credentials> {
      return login->credentials();
    };
    // A transport of its own: hashing what is sent takes its thread's time, which statements must not wait for.
    http::CurlTransport transport(absl::StrCat("terraform-provider-spcs/", SPCS_VERSION));
    oci::RegistryClient client({.origin = oci::OriginOfHost(target.host), .credentials = credentials}, transport,
                               context.clock, context.logger);
    if (IsLocal(planned)) {
      ASSIGN_OR_RETURN(oci::Image image, OpenLocalSource(planned));
      // The plan has promised this digest to others.
      if (planned.digest.IsKnown() && image.digest != planned.digest.value()) {
        return WithFact(absl::FailedPreconditionError(
                            absl::StrCat(image.source, " has changed since the plan: its digest is ", image.digest)),
                        kAdvice, "Plan again.");
      }
      RETURN_IF_ERROR(oci::PushImage(client, target.repository, target.tag, image, {}, stop).status());
      return image;
    }
    ASSIGN_OR_RETURN(const oci::Reference from, oci::ParseReference(planned.source.value().registry.value_or("")));
    const bool own = from.host == target.host;
    oci::RegistryClient other({.origin = oci::OriginOfHost(from.host)}, transport, context.clock, context.logger);
    absl::StatusOr<oci::Image> image =
        oci::OpenRemote(own ? client : other, from, planned.platform.value_or("linux/amd64"), stop);
    if (!image.ok()) return WithFact(image.status(), kAttributePath, "source.registry");
    if (own) image->mount_from = from.repository;
    RETURN_IF_ERROR(oci::PushImage(client, target.repository, target.tag, *image, {}, stop).status());
    return image;
  }

  // Registry, path and tag to push to. The registry's host is the service's to say.
  absl::StatusOr<oci::Reference> TargetOf(tf::Context& context, Session& session, const ImageModel& planned) {
    ASSIGN_OR_RETURN(const ObjectName repository, RepositoryOf(planned));
    const auto found = session.inventory().Find(ShowKind::kImageRepository, repository, context.stop);
    if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
    if (!found.ok() || !*found) {
      return WithFact(absl::NotFoundError(
                          absl::StrCat("there is no image repository ", repository.Sql(), " that this role can see")),
                      kAdvice, "Create it first (spcs_image_repository), and grant WRITE on it to the role.");
    }
    const std::string url = ObjectRow((*found)->row).Text("repository_url");
    ASSIGN_OR_RETURN(oci::Reference target,
                     oci::ParseReference(absl::StrCat(url, "/", planned.name.value(), ":", planned.tag.value())));
    return target;
  }

  Account& account_;
  RegistryLogin login_;
};

}  // namespace

std::unique_ptr<tf::Resource> MakeImage(Account& account) {
  return std::make_unique<ImageResource>(account);
}

}  // namespace spcs::resources
