// SPDX-License-Identifier: MPL-2.0
// The registry over HTTP, rule by rule of the distribution specification; real clients are the acceptance tests'.
#include "emulator/registry/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/http/testing.h"
#include "provider/base/json.h"

namespace spcs::registry {
namespace {

using emulator_http::Answer;
using emulator_http::EmulatorTest;
using ::testing::HasSubstr;

constexpr char kManifestType[] = "application/vnd.oci.image.manifest.v1+json";
constexpr char kIndexType[] = "application/vnd.oci.image.index.v1+json";
constexpr char kApp[] = "/v2/db/sc/repo/app";

class RegistryTest : public EmulatorTest {
 protected:
  void SetUp() override {
    options().images = "";
    Start();
    for (const char* sql : {"CREATE DATABASE db", "CREATE SCHEMA db.sc", "CREATE IMAGE REPOSITORY db.sc.repo"}) {
      ASSERT_EQ(Statement(sql).status, 200) << sql;
    }
    Login("ACCOUNTADMIN");
  }

  std::string Pat(const std::string& role) {
    return Admin("POST", "tokens",
                 {{"type", "PROGRAMMATIC_ACCESS_TOKEN"}, {"user", "SPCS_DEMO_USER"}, {"role_restriction", role}})
        .body["token"]
        .get<std::string>();
  }
  httplib::Result AskToken(const std::string& user, const std::string& password) {
    return Client().Get("/login", {{"Authorization", "Basic " + absl::Base64Escape(user + ":" + password)}});
  }
  void Login(const std::string& role) {
    const httplib::Result answer = AskToken("spcs_demo_user", Pat(role));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200);
    bearer_ = "Bearer " + ParseJson(answer->body)->value("token", "");
  }

  httplib::Headers Auth(httplib::Headers more = {}) {
    more.emplace("Authorization", bearer_);
    return more;
  }
  httplib::Result Get(const std::string& path, httplib::Headers more = {}) { return Client().Get(path, Auth(more)); }
  httplib::Result Head(const std::string& path) { return Client().Head(path, Auth()); }
  httplib::Result Post(const std::string& path, const std::string& body = "") {
    return Client().Post(path, Auth(), body, "application/octet-stream");
  }
  httplib::Result Put(const std::string& path, const std::string& body, const std::string& type,
                      httplib::Headers more = {}) {
    return Client().Put(path, Auth(more), body, type);
  }
  httplib::Result Patch(const std::string& path, const std::string& body, const std::string& range = "") {
    httplib::Headers headers = Auth();
    if (!range.empty()) headers.emplace("Content-Range", range);
    return Client().Patch(path, headers, body, "application/octet-stream");
  }
  static std::string Code(const httplib::Result& answer) {
    const absl::StatusOr<nlohmann::json> json = ParseJson(answer->body);
    return json.ok() && json->contains("errors") ? (*json)["errors"][0].value("code", "") : answer->body;
  }

  std::string StartUpload(const std::string& image = kApp) {
    const httplib::Result answer = Post(image + std::string("/blobs/uploads/"));
    EXPECT_EQ(answer->status, 202);
    return answer->get_header_value("Location");
  }
  std::string PushBlob(const std::string& bytes, const std::string& image = kApp) {
    const std::string digest = DigestOf(bytes);
    EXPECT_EQ(Post(absl::StrCat(image, "/blobs/uploads/?digest=", digest), bytes)->status, 201);
    return digest;
  }
  static nlohmann::json Descriptor(const std::string& bytes, const std::string& type = "application/octet-stream") {
    return {{"mediaType", type}, {"digest", DigestOf(bytes)}, {"size", bytes.size()}};
  }
  static std::string Config(const std::string& architecture) {
    return DumpJson({{"architecture", architecture}, {"os", "linux"}});
  }
  static std::string Manifest(const std::string& config, const std::string& layer) {
    return DumpJson({{"schemaVersion", 2},
                     {"mediaType", kManifestType},
                     {"config", Descriptor(config)},
                     {"layers", nlohmann::json::array({Descriptor(layer)})}});
  }
  // The manifest's digest.
  std::string PushImage(const std::string& tag, const std::string& architecture, const std::string& layer = "layer") {
    PushBlob(Config(architecture));
    PushBlob(layer);
    const std::string manifest = Manifest(Config(architecture), layer);
    EXPECT_EQ(Put(absl::StrCat(kApp, "/manifests/", tag), manifest, kManifestType)->status, 201);
    return DigestOf(manifest);
  }

  std::string bearer_;
  int services_ = 0;
};

TEST_F(RegistryTest, WantsATokenAndSaysWhere) {
  const httplib::Result answer = Client().Get("/v2/");
  EXPECT_EQ(answer->status, 401);
  EXPECT_EQ(Code(answer), "UNAUTHORIZED");
  EXPECT_THAT(answer->get_header_value("WWW-Authenticate"),
              HasSubstr(absl::StrCat("Bearer realm=\"http://127.0.0.1:", port(), "/login\"")));
  EXPECT_EQ(Get("/v2/")->status, 200);
  bearer_ = "Bearer invented";
  EXPECT_EQ(Get("/v2/")->status, 401);
}

TEST_F(RegistryTest, PasswordIsATokenOfTheUser) {
  const std::string token = Pat("ACCOUNTADMIN");
  EXPECT_EQ(AskToken("SPCS_DEMO_USER", token)->status, 200);
  EXPECT_EQ(AskToken("0sessiontoken", token)->status, 200);
  EXPECT_EQ(AskToken("0sessiontoken", DumpJson({{"token", token}, {"expires_in", 3600}}))->status, 200);
  EXPECT_EQ(AskToken("SOMEBODY", token)->status, 401);
  EXPECT_EQ(AskToken("SPCS_DEMO_USER", "password")->status, 401);
  EXPECT_EQ(AskToken("SPCS_DEMO_USER", "")->status, 401);
  EXPECT_EQ(Client().Get("/login")->status, 401);
}

TEST_F(RegistryTest, BlobInOneRequest) {
  const std::string digest = PushBlob("some bytes");
  const httplib::Result head = Head(absl::StrCat(kApp, "/blobs/", digest));
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->get_header_value("Content-Length"), "10");
  EXPECT_EQ(head->get_header_value("Docker-Content-Digest"), digest);
  EXPECT_EQ(Get(absl::StrCat(kApp, "/blobs/", digest))->body, "some bytes");
}

TEST_F(RegistryTest, PartsOfABlob) {
  const std::string path = absl::StrCat(kApp, "/blobs/", PushBlob("0123456789"));
  httplib::Result part = Get(path, {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part->status, 206);
  EXPECT_EQ(part->body, "234");
  EXPECT_EQ(part->get_header_value("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(Get(path, {{"Range", "bytes=7-"}})->body, "789");
  EXPECT_EQ(Get(path, {{"Range", "bytes=-2"}})->body, "89");
  part = Get(path, {{"Range", "bytes=10-"}});
  EXPECT_EQ(part->status, 416);
  EXPECT_EQ(part->get_header_value("Content-Range"), "bytes */10");
}

TEST_F(RegistryTest, ChunksMustFollowEachOther) {
  const std::string upload = StartUpload();
  httplib::Result answer = Patch(upload, "01234", "0-4");
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->get_header_value("Range"), "0-4");
  answer = Patch(upload, "789", "7-9");
  EXPECT_EQ(answer->status, 416);
  EXPECT_EQ(answer->get_header_value("Range"), "0-4");
  EXPECT_EQ(Patch(upload, "56", "5-9")->status, 400) << "the length is not the range's";
  EXPECT_EQ(Patch(upload, "56", "five")->status, 400);
  EXPECT_EQ(Get(upload)->status, 204);
  EXPECT_EQ(Get(upload)->get_header_value("Range"), "0-4");
  EXPECT_EQ(Patch(upload, "567")->status, 202) << "a stream without a range is appended";
  const std::string digest = DigestOf("0123456789");
  answer = Put(absl::StrCat(upload, "?digest=", digest), "89", "application/octet-stream", {{"Content-Range", "8-9"}});
  EXPECT_EQ(answer->status, 201) << answer->body;
  EXPECT_EQ(Get(absl::StrCat(kApp, "/blobs/", digest))->body, "0123456789");
  EXPECT_EQ(Code(Get(upload)), "BLOB_UPLOAD_UNKNOWN");
}

TEST_F(RegistryTest, DigestIsVerified) {
  const std::string upload = StartUpload();
  Patch(upload, "content");
  EXPECT_EQ(Code(Put(upload, "", "application/octet-stream")), "DIGEST_INVALID") << "it has to be given";
  const std::string other = DigestOf("other");
  EXPECT_EQ(Code(Put(absl::StrCat(upload, "?digest=", other), "", "application/octet-stream")), "DIGEST_INVALID");
  EXPECT_EQ(Head(absl::StrCat(kApp, "/blobs/", other))->status, 404);
  EXPECT_EQ(Code(Get(absl::StrCat(kApp, "/blobs/sha256:12"))), "DIGEST_INVALID");
  EXPECT_EQ(Code(Get(absl::StrCat(kApp, "/blobs/", other))), "BLOB_UNKNOWN");
}

TEST_F(RegistryTest, UploadCanBeCancelledAndBelongsToItsImage) {
  const std::string upload = StartUpload();
  std::string elsewhere = upload;
  elsewhere.replace(elsewhere.find("/app/"), 5, "/other/");
  EXPECT_EQ(Code(Patch(elsewhere, "x")), "BLOB_UPLOAD_UNKNOWN");
  EXPECT_EQ(Client().Delete(upload, Auth())->status, 204);
  EXPECT_EQ(Code(Patch(upload, "x")), "BLOB_UPLOAD_UNKNOWN");
}

TEST_F(RegistryTest, BlobsAreMountedAcrossImagesAndRepositories) {
  ASSERT_EQ(Statement("CREATE IMAGE REPOSITORY db.sc.second").status, 200);
  const std::string digest = PushBlob("shared");
  const std::string second = "/v2/db/sc/second/app";
  EXPECT_EQ(Head(absl::StrCat(second, "/blobs/", digest))->status, 404) << "not seen from another image";
  httplib::Result answer = Post(absl::StrCat(second, "/blobs/uploads/?mount=", digest, "&from=db/sc/repo/app"));
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(Head(absl::StrCat(second, "/blobs/", digest))->status, 200);
  answer = Post(absl::StrCat(second, "/blobs/uploads/?mount=", DigestOf("unknown"), "&from=db/sc/repo/app"));
  EXPECT_EQ(answer->status, 202) << "an upload instead";
}

TEST_F(RegistryTest, ManifestByTagAndDigest) {
  const std::string digest = PushImage("v1", "amd64");
  for (const std::string& reference : {std::string("v1"), digest}) {
    const httplib::Result answer = Get(absl::StrCat(kApp, "/manifests/", reference));
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->get_header_value("Content-Type"), kManifestType);
    EXPECT_EQ(answer->get_header_value("Docker-Content-Digest"), digest);
    EXPECT_EQ(DigestOf(answer->body), digest);
  }
  EXPECT_EQ(Code(Get(absl::StrCat(kApp, "/manifests/v2"))), "MANIFEST_UNKNOWN");
  EXPECT_EQ(Statement("SHOW IMAGES IN IMAGE REPOSITORY db.sc.repo").body["data"][0][3], digest);
}

TEST_F(RegistryTest, ManifestsAreChecked) {
  const std::string path = absl::StrCat(kApp, "/manifests/v1");
  const std::string config = Config("amd64");
  EXPECT_EQ(Code(Put(path, Manifest(config, "layer"), kManifestType)), "MANIFEST_BLOB_UNKNOWN");
  PushBlob("layer");
  EXPECT_EQ(Code(Put(path, Manifest(config, "layer"), kManifestType)), "MANIFEST_BLOB_UNKNOWN");
  PushBlob(config);
  EXPECT_EQ(Code(Put(path, Manifest(config, "layer"), "application/json")), "MANIFEST_INVALID");
  EXPECT_EQ(Code(Put(path, Manifest(config, "layer"), kIndexType)), "MANIFEST_INVALID") << "not what it says inside";
  for (const char* text : {"", "[]", "{}", "{\"schemaVersion\": 1}", "{\"schemaVersion\": 2}",
                           "{\"schemaVersion\": 2, \"config\": {}, \"layers\": []}"}) {
    EXPECT_EQ(Code(Put(path, text, kManifestType)), "MANIFEST_INVALID") << text;
  }
  EXPECT_EQ(Code(Put(absl::StrCat(kApp, "/manifests/", DigestOf("x")), Manifest(config, "layer"), kManifestType)),
            "DIGEST_INVALID");
  EXPECT_EQ(Code(Put(absl::StrCat(kApp, "/manifests/-x"), Manifest(config, "layer"), kManifestType)),
            "MANIFEST_INVALID");
  EXPECT_EQ(Put(path, std::string(5 << 20, ' '), kManifestType)->status, 413);
  nlohmann::json wrong_size = *ParseJson(Manifest(config, "layer"));
  wrong_size["layers"][0]["size"] = 6;
  EXPECT_EQ(Code(Put(path, DumpJson(wrong_size), kManifestType)), "MANIFEST_BLOB_UNKNOWN");
}

TEST_F(RegistryTest, IndexNamesManifestsThatAreThere) {
  PushImage("amd", "amd64", "one");
  const std::string amd = Manifest(Config("amd64"), "one");
  nlohmann::json entry = Descriptor(amd, kManifestType);
  entry["platform"] = {{"os", "linux"}, {"architecture", "amd64"}};
  nlohmann::json index = {
      {"schemaVersion", 2}, {"mediaType", kIndexType}, {"manifests", nlohmann::json::array({entry})}};
  EXPECT_EQ(Put(absl::StrCat(kApp, "/manifests/multi"), DumpJson(index), kIndexType)->status, 201);
  index["manifests"].push_back(Descriptor("unknown", kManifestType));
  EXPECT_EQ(Code(Put(absl::StrCat(kApp, "/manifests/multi"), DumpJson(index), kIndexType)), "MANIFEST_UNKNOWN");
}

TEST_F(RegistryTest, TagsAreListedInPages) {
  EXPECT_EQ(Code(Get(absl::StrCat(kApp, "/tags/list"))), "NAME_UNKNOWN");
  for (const char* tag : {"c", "a", "b"}) PushImage(tag, "amd64");
  EXPECT_EQ(Get(absl::StrCat(kApp, "/tags/list"))->body, R"({"name":"db/sc/repo/app","tags":["a","b","c"]})");
  const httplib::Result page = Get(absl::StrCat(kApp, "/tags/list?n=2"));
  EXPECT_EQ(page->body, R"({"name":"db/sc/repo/app","tags":["a","b"]})");
  EXPECT_EQ(page->get_header_value("Link"), "</v2/db/sc/repo/app/tags/list?n=2&last=b>; rel=\"next\"");
  EXPECT_EQ(Get(absl::StrCat(kApp, "/tags/list?n=2&last=b"))->body, R"({"name":"db/sc/repo/app","tags":["c"]})");
}

TEST_F(RegistryTest, NothingIsDeleted) {
  const std::string digest = PushImage("v1", "amd64");
  for (const std::string& path : {absl::StrCat("/manifests/", digest), std::string("/manifests/v1"),
                                  absl::StrCat("/blobs/", DigestOf("layer"))}) {
    const httplib::Result answer = Client().Delete(kApp + path, Auth());
    EXPECT_EQ(answer->status, 405) << path;
    EXPECT_EQ(Code(answer), "UNSUPPORTED");
  }
}

TEST_F(RegistryTest, NamesAndRepositories) {
  EXPECT_EQ(Code(Get("/v2/db/sc/repo/tags/list")), "NAME_INVALID") << "the image's name is missing";
  EXPECT_EQ(Code(Get("/v2/DB/sc/repo/app/tags/list")), "NAME_INVALID");
  EXPECT_EQ(Code(Get("/v2/db/sc/repo/a..b/tags/list")), "NAME_INVALID");
  EXPECT_EQ(Code(Get("/v2/db/sc/absent/app/tags/list")), "NAME_UNKNOWN");
  EXPECT_EQ(Code(Get("/v2/_catalog")), "UNSUPPORTED");
}

TEST_F(RegistryTest, PrivilegesDecide) {
  PushImage("v1", "amd64");
  Login("SPCS_DEMO");
  EXPECT_EQ(Code(Get(absl::StrCat(kApp, "/manifests/v1"))), "NAME_UNKNOWN") << "not even visible";
  for (const char* sql :
       {"GRANT USAGE ON DATABASE db TO ROLE SPCS_DEMO", "GRANT USAGE ON SCHEMA db.sc TO ROLE SPCS_DEMO",
        "GRANT READ ON IMAGE REPOSITORY db.sc.repo TO ROLE SPCS_DEMO"}) {
    ASSERT_EQ(Statement(sql).status, 200) << sql;
  }
  EXPECT_EQ(Get(absl::StrCat(kApp, "/manifests/v1"))->status, 200);
  EXPECT_EQ(Code(Post(absl::StrCat(kApp, "/blobs/uploads/"))), "DENIED");
  ASSERT_EQ(Statement("GRANT WRITE ON IMAGE REPOSITORY db.sc.repo TO ROLE SPCS_DEMO").status, 200);
  EXPECT_EQ(Post(absl::StrCat(kApp, "/blobs/uploads/"))->status, 202);
}

TEST_F(RegistryTest, ContentSurvivesARestartAndGoesWithTheRepository) {
  const std::string digest = PushImage("v1", "amd64");
  const std::string upload = StartUpload();
  Start();
  Login("ACCOUNTADMIN");
  EXPECT_EQ(DigestOf(Get(absl::StrCat(kApp, "/manifests/v1"))->body), digest);
  EXPECT_EQ(Get(absl::StrCat(kApp, "/blobs/", DigestOf("layer")))->body, "layer");
  EXPECT_EQ(Code(Get(upload)), "BLOB_UPLOAD_UNKNOWN");
  ASSERT_EQ(Statement("CREATE OR REPLACE IMAGE REPOSITORY db.sc.repo").status, 200);
  EXPECT_EQ(Code(Get(absl::StrCat(kApp, "/manifests/", digest))), "MANIFEST_UNKNOWN");
  EXPECT_EQ(Head(absl::StrCat(kApp, "/blobs/", DigestOf("layer")))->status, 404);
}

TEST_F(RegistryTest, ServiceRunsWhatWasPushedForItsNodes) {
  ASSERT_EQ(Statement("CREATE COMPUTE POOL p MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_S").status, 200);
  const auto create = [&](const std::string& image) {
    return Statement(absl::StrCat("CREATE SERVICE db.sc.s", ++services_,
                                  " IN COMPUTE POOL p FROM SPECIFICATION $$spec: {containers: [{name: a, image: \"",
                                  image, "\"}]}$$"));
  };
  EXPECT_EQ(create("/db/sc/repo/app:v1").body["code"], "397012");
  const std::string first = PushImage("v1", "amd64", "one");
  PushImage("v1", "amd64", "two");  // the tag moves
  PushImage("arm", "arm64");
  EXPECT_EQ(create("/db/sc/repo/app:v1").status, 200);
  EXPECT_EQ(create("/db/sc/repo/app@" + first).status, 200) << "a digest stays";
  EXPECT_EQ(create(absl::StrCat("127.0.0.1:", port(), "/db/sc/repo/app:v1")).status, 200) << "as repository_url has it";
  EXPECT_THAT(create("/db/sc/repo/app:arm").body.value("message", ""), HasSubstr("only supports image for amd64"));
  EXPECT_EQ(create("/db/sc/repo/app@" + DigestOf("x")).body["code"], "397012");
}

TEST_F(RegistryTest, FaultsReachTheRegistry) {
  const std::string upload = StartUpload();
  SetFault({{"match", {{"kind", "REGISTRY PATCH"}, {"object", "db/sc/*"}}}, {"action", "cut"}, {"after_bytes", 3}});
  EXPECT_FALSE(Patch(upload, "0123456789"));
  SetFault({{"match", {{"path", "/v2/*"}}}, {"action", "503"}, {"count", 1}});
  EXPECT_EQ(Get(upload)->status, 503);
  EXPECT_EQ(Get(upload)->get_header_value("Range"), "0-2") << "what came before the cut is kept";
  EXPECT_EQ(Admin("GET", "stats").body["registry"]["uploaded_bytes"], 3);
}

TEST_F(RegistryTest, BlobsOfDroppedRepositoriesGoWithTheNextStart) {
  const std::string kept = PushBlob("kept");
  ASSERT_EQ(Statement("CREATE IMAGE REPOSITORY db.sc.other").status, 200);
  PushBlob("shared", "/v2/db/sc/other/app");
  PushBlob("shared");
  const std::string gone = PushBlob("gone", "/v2/db/sc/other/app");
  ASSERT_EQ(Statement("DROP IMAGE REPOSITORY db.sc.other").status, 200);
  Start();
  Login("ACCOUNTADMIN");
  EXPECT_EQ(Get(absl::StrCat(kApp, "/blobs/", kept))->body, "kept");
  EXPECT_EQ(Get(absl::StrCat(kApp, "/blobs/", DigestOf("shared")))->body, "shared");
  EXPECT_FALSE(std::filesystem::exists(absl::StrCat(folder(), "/registry/blobs/sha256/", gone.substr(7))));
}

TEST_F(RegistryTest, ATruncatedBlobIsCutShort) {
  const std::string digest = PushBlob("0123456789");
  SetFault({{"match", {{"kind", "REGISTRY GET"}}}, {"action", "truncate"}, {"count", 1}});
  EXPECT_FALSE(Get(absl::StrCat(kApp, "/blobs/", digest)));
  EXPECT_EQ(Get(absl::StrCat(kApp, "/blobs/", digest))->body, "0123456789");
}

TEST_F(RegistryTest, LargeBlobsAreStreamed) {
  std::string bytes(96 << 20, 'x');  // more than other requests may have
  const std::string upload = StartUpload();
  EXPECT_EQ(Patch(upload, bytes)->status, 202);
  EXPECT_EQ(Put(absl::StrCat(upload, "?digest=", DigestOf(bytes)), "", "application/octet-stream")->status, 201);
  // Elsewhere it is refused at once; a client that goes on sending may not see the answer.
  const httplib::Result refused = Client().Post("/api/v2/statements", Headers(Token()), bytes, "application/json");
  EXPECT_TRUE(!refused || refused->status == 413);
}

}  // namespace
}  // namespace spcs::registry
