// SPDX-License-Identifier: MPL-2.0
// Plans, reads and refusals of spcs_image and spcs_stage_file. Pushes are played in provider/oci and run for real in
// the acceptance tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provider/oci/image_files_for_test.h"
#include "provider/resources/image_model.h"
#include "provider/resources/resource_fixture_for_test.h"
#include "provider/testing/model_check.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ImageModelTest, IdAndReferences) {
  auto image = ImageFromId("/Db/sc/repo/team/app:1.0");
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->name, tf::String("team/app"));
  EXPECT_EQ(image->tag, tf::String("1.0"));
  SetReferences(*image);
  EXPECT_EQ(image->tagged_reference, tf::String("/db/sc/repo/team/app:1.0"));
  EXPECT_TRUE(image->reference.IsUnknown()) << "without a digest";
  image->digest = "sha256:12";
  SetReferences(*image);
  EXPECT_EQ(image->reference, tf::String("/db/sc/repo/team/app@sha256:12"));
  image->tag = tf::String::Unknown();
  SetReferences(*image);
  EXPECT_TRUE(image->tagged_reference.IsUnknown());
  for (const char* id : {"", "app:1", "db/sc/repo:1", "db/sc/repo/app", "db/sc/re:po/app"}) {
    EXPECT_FALSE(ImageFromId(id).ok()) << id;
  }
}

TEST(ImageModelTest, LocalSourceIsOpenedAndBlamed) {
  oci::TestFolder folder;
  oci::TestLayout layout;
  const std::string manifest = layout.AddImage("amd64", {"layer"});
  layout.WriteTo(folder);
  ImageModel image;
  image.platform = "linux/amd64";
  EXPECT_FALSE(IsLocal(image));
  image.source = ImageSource{.oci_layout = folder.path(), .docker_archive = {}, .registry = {}, .image = {}};
  EXPECT_TRUE(IsLocal(image));
  EXPECT_EQ(OpenLocalSource(image)->digest, oci::DigestOf(manifest));
  image.source = ImageSource{.oci_layout = {}, .docker_archive = "/nowhere.tar", .registry = {}, .image = {}};
  const absl::Status status = OpenLocalSource(image).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(FactOf(status, kAttributePath), "source.docker_archive");
  image.platform = tf::String::Unknown();
  EXPECT_FALSE(IsLocal(image));
}

class ImageResourceTest : public ::testing::Test {
 protected:
  ImageResourceTest() { manifest_ = layout_.AddImage("amd64", {"layer"}); }

  void Show(const std::vector<std::vector<std::optional<std::string>>>& rows) {
    f_.account.On("SHOW IMAGES IN IMAGE REPOSITORY D.S.R",
                  {{"created_on", "image_name", "tags", "digest", "image_path"}, rows});
  }
  static tf::Value Source(const std::string& kind, const std::string& value) {
    tf::Value::Map source;
    for (const char* name : {"oci_layout", "docker_archive", "registry", "image"}) source[name] = tf::Value::Null();
    source[kind] = value;
    return tf::Value(std::move(source));
  }
  ResourceFixture::Members Config(tf::Value source) {
    return {{"database", "d"}, {"schema", "s"}, {"repository", "r"},
            {"name", "app"},   {"tag", "v1"},   {"source", std::move(source)}};
  }
  // Brings the fixture to the state behind a push of `digest`.
  void Pushed(const std::string& digest, tf::Value source) {
    ResourceFixture::Members state = Config(std::move(source));
    state["platform"] = "linux/amd64";
    state["digest"] = digest;
    state["reference"] = "/d/s/r/app@" + digest;
    state["tagged_reference"] = "/d/s/r/app:v1";
    f_.state = f_.Object(state);
    f_.private_state.Set("pushed_digest", digest);
  }

  oci::TestFolder folder_;
  oci::TestLayout layout_;
  std::string manifest_;
  ResourceFixture f_{MakeImage};
};

TEST_F(ImageResourceTest, DigestOfALocalSourceIsKnownInThePlan) {
  layout_.WriteTo(folder_);
  const auto planned = f_.Plan(Config(Source("oci_layout", folder_.path())));
  ASSERT_OK(planned);
  EXPECT_EQ(planned->Get("digest"), tf::Value(oci::DigestOf(manifest_)));
  EXPECT_EQ(planned->Get("reference"), tf::Value("/d/s/r/app@" + oci::DigestOf(manifest_)));
  EXPECT_EQ(planned->Get("tagged_reference"), tf::Value("/d/s/r/app:v1"));
  EXPECT_TRUE(f_.account.statements().empty()) << "a plan asks nobody";
}

TEST_F(ImageResourceTest, ATagThatWouldMoveIsToldBeforeItDoes) {
  layout_.WriteTo(folder_);
  const auto planned = f_.Plan(Config(Source("oci_layout", folder_.path())));
  ASSERT_OK(planned);
  const auto warnings = [&] {
    tf::Diagnostics diagnostics;
    tf::PlanContext context{
        .stop = {}, .clock = f_.clock, .diagnostics = diagnostics, .private_state = {}, .requires_replace = {}};
    f_.resource->ReviewPlan(context, tf::Value::Null(), *planned, /*replaces=*/false);
    return diagnostics.list();
  };
  f_.account.OnError("SHOW IMAGES IN IMAGE REPOSITORY D.S.R", "002003", kUnknownObject);
  EXPECT_TRUE(warnings().empty()) << "no repository yet";
  Show({{"1", "app", "v1", oci::DigestOf(manifest_), "d/s/r/app:v1"}});
  EXPECT_TRUE(warnings().empty()) << "the same image";
  Show({{"1", "app", "v1", "sha256:other", "d/s/r/app:v1"}});
  ASSERT_EQ(warnings().size(), 1u);
  EXPECT_EQ(warnings()[0].summary, "The tag v1 is in use");
}

TEST_F(ImageResourceTest, WhatIsNotKnownYetIsNotRefused) {
  tf::Value source = Source("registry", "r.example/app:1");
  EXPECT_FALSE(f_.Validate(Config(source)).HasErrors());
  source.AsMap()["image"] = tf::Value::Unknown();
  EXPECT_FALSE(f_.Validate(Config(source)).HasErrors());
  source.AsMap()["image"] = "app:1";
  EXPECT_TRUE(f_.Validate(Config(source)).HasErrors());
  source.AsMap()["registry"] = tf::Value::Unknown();
  EXPECT_FALSE(f_.Validate(Config(source)).HasErrors());
}

TEST_F(ImageResourceTest, RebuiltImageIsAnUpdateAndTheSameOneIsNone) {
  layout_.WriteTo(folder_);
  Pushed(oci::DigestOf(manifest_), Source("oci_layout", folder_.path()));
  EXPECT_EQ(*f_.Plan(Config(Source("oci_layout", folder_.path()))), f_.state);
  Pushed("sha256:older", Source("oci_layout", folder_.path()));
  const auto planned = f_.Plan(Config(Source("oci_layout", folder_.path())));
  EXPECT_EQ(planned->Get("digest"), tf::Value(oci::DigestOf(manifest_)));
  EXPECT_TRUE(f_.replaces.empty());
}

TEST_F(ImageResourceTest, MissingSourceFailsThePlan) {
  const absl::Status status = f_.Plan(Config(Source("oci_layout", "/nowhere"))).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere is no OCI layout"));
  EXPECT_EQ(FactOf(status, kAttributePath), "source.oci_layout");
}

TEST_F(ImageResourceTest, DigestOfARemoteSourceIsUnknownOnlyWhereItMayMove) {
  const tf::Value source = Source("registry", "r.example/app:1");
  EXPECT_TRUE(f_.Plan(Config(source))->Get("digest").IsUnknown());
  Pushed("sha256:one", source);
  EXPECT_EQ(*f_.Plan(Config(source)), f_.state);
  EXPECT_TRUE(f_.Plan(Config(Source("registry", "r.example/app:2")))->Get("digest").IsUnknown());
  f_.private_state.Set("pushed_digest", "sha256:other");  // the tag was moved in the repository
  EXPECT_TRUE(f_.Plan(Config(source))->Get("digest").IsUnknown());
}

TEST_F(ImageResourceTest, AnotherNameOrTagReplaces) {
  layout_.WriteTo(folder_);
  Pushed(oci::DigestOf(manifest_), Source("oci_layout", folder_.path()));
  auto config = Config(Source("oci_layout", folder_.path()));
  config["tag"] = "v2";
  ASSERT_OK(f_.Plan(config));
  EXPECT_THAT(f_.replaces, ElementsAre("tag"));
}

TEST_F(ImageResourceTest, ReadFindsTheDigestByNameAndTag) {
  Show({{"1", "app", "v2", "sha256:other", "d/s/r/app:v2"},
        {"1", "application", "v1", "sha256:other", "d/s/r/application:v1"},
        {"1", "app", "latest, v1", "sha256:wanted", "d/s/r/app:v1"}});
  ASSERT_OK(f_.Import("d/s/r/app:v1"));
  EXPECT_EQ(f_.state.Get("digest"), tf::Value("sha256:wanted"));
  EXPECT_EQ(f_.state.Get("reference"), tf::Value("/d/s/r/app@sha256:wanted"));
  Show({{"1", "app", "v2", "sha256:other", "d/s/r/app:v2"}});
  ASSERT_OK(f_.Read());
  EXPECT_TRUE(f_.state.IsNull()) << "the tag is gone";
}

TEST_F(ImageResourceTest, GoneRepositoryIsGoneAndAnUnseenOneAnError) {
  Pushed("sha256:one", Source("registry", "r.example/app:1"));
  f_.account.OnError("SHOW IMAGES IN IMAGE REPOSITORY D.S.R", "002003", kUnknownObject);
  const tf::Value before = f_.state;
  ASSERT_OK(f_.Read());
  EXPECT_TRUE(f_.state.IsNull()) << "its schema is there, it is not";
  f_.state = before;
  f_.account.On("SHOW DATABASES", {{"name"}, {}});
  f_.account.OnError("SHOW SCHEMAS IN DATABASE D", "002043", kUnknownObject);
  f_.clock.Advance(absl::Minutes(10));
  EXPECT_FALSE(f_.Read().ok()) << "not even the database can be seen: it may be there";
}

TEST_F(ImageResourceTest, DeleteSendsNothing) {
  Pushed("sha256:one", Source("registry", "r.example/app:1"));
  ASSERT_OK(f_.Delete());
  EXPECT_TRUE(f_.account.statements().empty());
  tf::PlanContext context{
      .stop = {}, .clock = f_.clock, .diagnostics = f_.diagnostics, .private_state = {}, .requires_replace = {}};
  f_.resource->PlanDestroy(context, f_.state);
  ASSERT_EQ(f_.diagnostics.list().size(), 1u);
  EXPECT_THAT(f_.diagnostics.list()[0].detail, HasSubstr("/d/s/r/app:v1 is only forgotten"));
}

TEST_F(ImageResourceTest, PushWithoutARepositorySaysSo) {
  layout_.WriteTo(folder_);
  f_.account.On("SHOW IMAGE REPOSITORIES IN ACCOUNT", {{"name", "database_name", "schema_name", "repository_url"}, {}});
  const absl::Status status = f_.Create(Config(Source("oci_layout", folder_.path())));
  EXPECT_THAT(std::string(status.message()), HasSubstr("there is no image repository D.S.R"));
  EXPECT_THAT(f_.account.changes(), ElementsAre()) << "no token is made for nothing";
}

TEST_F(ImageResourceTest, SourcesAreChecked) {
  auto both = Source("oci_layout", "x");
  both.AsMap()["registry"] = "r.example/app:1";
  EXPECT_TRUE(f_.Validate(Config(both)).HasErrors());
  EXPECT_TRUE(f_.Validate(Config(Source("image", "x"))).HasErrors());
  both = Source("registry", "r.example/app:1");
  both.AsMap()["image"] = "x";
  EXPECT_TRUE(f_.Validate(Config(both)).HasErrors());
  both = Source("oci_layout", "x");
  both.AsMap()["docker_archive"] = tf::Value::Unknown();
  EXPECT_FALSE(f_.Validate(Config(both)).HasErrors()) << "it may turn out to be null";
  auto config = Config(Source("oci_layout", "x"));
  config["name"] = "App";
  EXPECT_TRUE(f_.Validate(config).HasErrors());
}

}  // namespace
}  // namespace spcs::resources
