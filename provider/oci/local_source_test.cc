// SPDX-License-Identifier: MPL-2.0
#include "provider/oci/local_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "provider/base/status.h"
#include "provider/oci/image_files_for_test.h"
#include "provider/oci/tar.h"

namespace spcs::oci {
namespace {

using ::testing::HasSubstr;

std::string Error(const absl::StatusOr<Image>& image) {
  return image.ok() ? "no error" : std::string(image.status().message());
}

std::string ReadBlob(const Blob& blob) {
  const absl::StatusOr<FilePart> part = blob.open({});
  if (!part.ok()) return std::string(part.status().message());
  std::string text(static_cast<size_t>(part->size), '\0');
  return part->file->ReadAt(part->offset, text.data(), text.size()).ok() ? text : "cannot read";
}

TEST(LayoutTest, ReadsTheOnlyImage) {
  TestFolder folder;
  TestLayout layout;
  const std::string manifest = layout.AddImage("amd64", {"layer one", "layer two", "layer one"});
  layout.WriteTo(folder);
  const absl::StatusOr<Image> image = OpenLayout(folder.path(), {});
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->manifest, manifest);
  EXPECT_EQ(image->digest, DigestOf(manifest));
  ASSERT_EQ(image->blobs.size(), 3u) << "the configuration and each layer once";
  EXPECT_EQ(ReadBlob(image->blobs[1]), "layer one");
  EXPECT_EQ(ReadBlob(image->blobs[2]), "layer two");
}

TEST(LayoutTest, ChoosesThePlatformThroughNestedIndexes) {
  TestFolder folder;
  TestLayout layout;
  layout.AddImage("arm64", {"arm"}, "", /*platform=*/true);
  const std::string wanted = layout.AddImage("amd64", {"amd"}, "", /*platform=*/true);
  layout.AddImage("unknown", {"attestation"}, "", /*platform=*/true);
  layout.Nest();
  layout.WriteTo(folder);
  EXPECT_EQ(OpenLayout(folder.path(), {})->digest, DigestOf(wanted));
  EXPECT_THAT(Error(OpenLayout(folder.path(), {.platform = "linux/s390x"})),
              HasSubstr("no image for linux/s390x, only for linux/amd64, linux/arm64"));
}

TEST(LayoutTest, PlatformComesFromTheConfigurationWhereTheIndexIsSilent) {
  TestFolder folder;
  TestLayout layout;
  layout.AddImage("arm64", {"arm"});
  layout.WriteTo(folder);
  const absl::StatusOr<Image> image = OpenLayout(folder.path(), {});
  EXPECT_THAT(Error(image), HasSubstr("only for linux/arm64"));
  EXPECT_TRUE(FactOf(image.status(), kAdvice));
}

TEST(LayoutTest, SeveralImagesNeedAName) {
  TestFolder folder;
  TestLayout layout;
  layout.AddImage("amd64", {"a"}, "docker.io/library/a:1");
  const std::string b = layout.AddImage("amd64", {"b"}, "docker.io/library/b:1");
  layout.WriteTo(folder);
  EXPECT_THAT(Error(OpenLayout(folder.path(), {})), HasSubstr("2 images for linux/amd64: docker.io/library/a:1"));
  for (const char* name : {"docker.io/library/b:1", "b:1"}) {
    EXPECT_EQ(OpenLayout(folder.path(), {.name = name})->digest, DigestOf(b)) << name;
  }
  EXPECT_THAT(Error(OpenLayout(folder.path(), {.name = "c:1"})), HasSubstr("no image named \"c:1\""));
}

TEST(LayoutTest, DamageIsFoundBeforeThePush) {
  TestFolder folder;
  TestLayout layout;
  const std::string manifest = layout.AddImage("amd64", {"layer"});
  layout.WriteTo(folder);
  std::filesystem::remove(folder.path() + "/" + BlobName("layer"));
  EXPECT_THAT(Error(OpenLayout(folder.path(), {})), HasSubstr("lacks the content of " + DigestOf("layer")));
  folder.Write(BlobName("layer"), "longer than it was");
  EXPECT_THAT(ReadBlob(OpenLayout(folder.path(), {})->blobs[1]), HasSubstr("has 18 bytes, its manifest says 5"));
  folder.Write(BlobName(manifest), "{}");
  EXPECT_THAT(Error(OpenLayout(folder.path(), {})), HasSubstr("is damaged"));
}

TEST(LayoutTest, OtherFoldersAreRefused) {
  TestFolder folder;
  EXPECT_THAT(Error(OpenLayout(folder.path(), {})), HasSubstr("is no OCI layout"));
  folder.Write("oci-layout", "{}");
  for (const char* index : {"", "[]", "{\"schemaVersion\": 2}", "{\"schemaVersion\":2,\"manifests\":[{}]}"}) {
    folder.Write("index.json", index);
    EXPECT_NE(Error(OpenLayout(folder.path(), {})), "no error") << index;
  }
  folder.Write("index.json", "{\"schemaVersion\":2,\"manifests\":[]}");
  EXPECT_THAT(Error(OpenLayout(folder.path(), {})), HasSubstr("it is empty"));
}

// What `docker save` wrote before version 25.
class ArchiveTest : public ::testing::Test {
 protected:
  std::string Legacy(const std::vector<nlohmann::json>& entries, const std::string& config) {
    return folder_.Write("image.tar", TarWriter()
                                          .Add("one/layer.tar", kOne)
                                          .Add("two/layer.tar", kTwo)
                                          .Add("again/layer.tar", "", '2', "../one/layer.tar")
                                          .Add("config.json", config)
                                          .Add("manifest.json", nlohmann::json(entries).dump())
                                          .Bytes());
  }
  static nlohmann::json Entry(const std::vector<std::string>& layers, const std::string& tag = "app:1") {
    return {{"Config", "config.json"}, {"RepoTags", {tag}}, {"Layers", layers}};
  }

  const std::string kOne = "the first layer", kTwo = "the second layer";
  TestFolder folder_;
};

TEST_F(ArchiveTest, LegacyLayersKeepTheDigestsOfTheConfiguration) {
  const std::string config = TestConfig("amd64", {DigestOf(kOne), DigestOf(kTwo), DigestOf(kOne)});
  const std::string path = Legacy({Entry({"one/layer.tar", "two/layer.tar", "again/layer.tar"})}, config);
  const absl::StatusOr<Image> image = OpenArchive(path, {});
  ASSERT_TRUE(image.ok()) << image.status();
  ASSERT_EQ(image->blobs.size(), 3u);
  EXPECT_EQ(ReadBlob(image->blobs[0]), config);
  EXPECT_EQ(ReadBlob(image->blobs[1]), kOne);
  EXPECT_EQ(image->blobs[2].descriptor.digest, DigestOf(kTwo));
  const absl::StatusOr<Manifest> manifest = ParseManifest(image->manifest);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_EQ(manifest->layers.size(), 3u) << "a layer that is there twice stays twice";
  EXPECT_EQ(manifest->layers[2].digest, DigestOf(kOne));
  EXPECT_EQ(manifest->layers[2].size, static_cast<int64_t>(kOne.size())) << "through the link";
  EXPECT_EQ(manifest->layers[0].media_type, "application/vnd.oci.image.layer.v1.tar");
  EXPECT_EQ(OpenArchive(path, {})->digest, image->digest) << "the same each time";
}

TEST_F(ArchiveTest, CompressedLegacyLayersAreHashed) {
  const std::string zipped = "\x1f\x8b not really, but it looks so";
  const std::string path =
      folder_.Write("image.tar", TarWriter()
                                     .Add("layer.tar.gz", zipped)
                                     .Add("config.json", TestConfig("amd64", {DigestOf("plain")}))
                                     .Add("manifest.json", nlohmann::json::array({Entry({"layer.tar.gz"})}).dump())
                                     .Bytes());
  const absl::StatusOr<Image> image = OpenArchive(path, {});
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->blobs[1].descriptor.digest, DigestOf(zipped));
  EXPECT_THAT(image->manifest, HasSubstr("layer.v1.tar+gzip"));
}

TEST_F(ArchiveTest, NewerOnesHoldALayout) {
  TestLayout layout;
  const std::string manifest = layout.AddImage("amd64", {"layer"});
  const absl::StatusOr<Image> image = OpenArchive(folder_.Write("image.tar", layout.Tar()), {});
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->manifest, manifest);
  EXPECT_EQ(ReadBlob(image->blobs[1]), "layer");
}

TEST_F(ArchiveTest, SeveralImagesNeedAName) {
  const std::string config = TestConfig("amd64", {DigestOf(kOne)});
  const std::string path = Legacy({Entry({"one/layer.tar"}, "a:1"), Entry({"one/layer.tar"}, "team/b:1")}, config);
  EXPECT_THAT(Error(OpenArchive(path, {})), HasSubstr("several images: a:1, team/b:1"));
  EXPECT_TRUE(OpenArchive(path, {.name = "b:1"}).ok());
  EXPECT_THAT(Error(OpenArchive(path, {.name = "c"})), HasSubstr("no image named \"c\""));
}

TEST_F(ArchiveTest, WhatIsNoImageIsRefused) {
  const std::string config = TestConfig("amd64", {DigestOf(kOne)});
  EXPECT_THAT(Error(OpenArchive(Legacy({Entry({"one/layer.tar", "two/layer.tar"})}, config), {})),
              HasSubstr("does not tell the digests"));
  EXPECT_THAT(Error(OpenArchive(Legacy({Entry({"absent.tar"})}, config), {})),
              HasSubstr("the layer absent.tar is missing"));
  EXPECT_THAT(Error(OpenArchive(Legacy({Entry({"one/layer.tar"})}, TestConfig("arm64", {DigestOf(kOne)})), {})),
              HasSubstr("only for linux/arm64"));
  EXPECT_THAT(Error(OpenArchive(Legacy({}, config), {})), HasSubstr("no list of images"));
  EXPECT_THAT(Error(OpenArchive(Legacy({Entry({"one/layer.tar"})}, "no json"), {})), HasSubstr("is no JSON"));
  EXPECT_THAT(Error(OpenArchive(folder_.Write("x.tar", TarWriter().Add("a", "b").Bytes()), {})),
              HasSubstr("neither an index.json nor a manifest.json"));
  EXPECT_TRUE(absl::IsNotFound(OpenArchive(folder_.path() + "/none.tar", {}).status()));
}

class TarTest : public ::testing::Test {
 protected:
  absl::StatusOr<TarIndex> Index(const std::string& bytes) {
    absl::StatusOr<std::shared_ptr<const File>> file = File::Open(folder_.Write("t.tar", bytes));
    if (!file.ok()) return file.status();
    return TarIndex::Read(*file);
  }
  TestFolder folder_;
};

TEST_F(TarTest, FindsMembersByLongNamesAndLinks) {
  const std::string long_name = std::string(150, 'd') + "/file";
  const absl::StatusOr<TarIndex> index = Index(TarWriter()
                                                   .Add("./a/b", "content")
                                                   .AddLong(long_name, "long")
                                                   .AddPax("pax/name", "pax!")
                                                   .Add("hard", "", '1', "a/b")
                                                   .Add("x/soft", "", '2', "../hard")
                                                   .Add("loop", "", '2', "loop")
                                                   .Bytes());
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_EQ(index->Find("a/b")->size, 7);
  EXPECT_EQ(index->Find(long_name)->size, 4);
  EXPECT_EQ(index->Find("pax/name")->size, 4);
  EXPECT_EQ(index->Find("x/soft")->offset, 512);
  EXPECT_EQ(index->Find("loop"), nullptr);
  EXPECT_EQ(index->Find("none"), nullptr);
}

TEST_F(TarTest, DamagedFilesAreRefused) {
  const std::string good = TarWriter().Add("a", std::string(3000, 'x')).Bytes();
  EXPECT_THAT(std::string(Index(good.substr(0, 2000)).status().message()), HasSubstr("cut off"));
  std::string flipped = good;
  flipped[0] = 'b';
  EXPECT_THAT(std::string(Index(flipped).status().message()), HasSubstr("is no tar file"));
  EXPECT_THAT(std::string(Index("").status().message()), HasSubstr("is no tar file"));
  EXPECT_THAT(std::string(Index("\x1f\x8b" + good).status().message()), HasSubstr("compressed as a whole"));
  EXPECT_THAT(FactOf(Index("\x28\xb5\x2f\xfd" + good).status(), kAdvice).value_or(""), HasSubstr("zstd -d"));
}

}  // namespace
}  // namespace spcs::oci
