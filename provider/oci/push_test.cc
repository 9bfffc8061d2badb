// SPDX-License-Identifier: MPL-2.0
// Pushes against a registry that is played in memory, fault by fault.
#include "provider/oci/push.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "provider/base/status.h"
#include "provider/oci/challenge.h"
#include "provider/oci/image_files_for_test.h"
#include "provider/oci/local_source.h"
#include "provider/oci/reference.h"
#include "provider/oci/remote.h"

namespace spcs::oci {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// One repository "r/app", with one upload for each POST. Its faults are used up one by one.
class PlayedRegistry : public http::Transport {
 public:
  std::map<std::string, std::string> blobs, manifests;
  bool wants_token = false, can_mount = false;
  std::set<std::string> good_tokens{"t1"};
  int cuts = 0;                  // PATCH requests that are cut
  int64_t cut_after = 3;         // bytes
  bool keeps_cut = true;         // what came before a cut
  int lost_puts = 0;             // PUT requests whose answer is lost
  int good_for = 0;              // requests that the first token is good for
  int forgotten = 0;             // GET of an upload's state that answer 404
  std::vector<std::string> log;  // "PATCH 0-4"

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token) override {
    MutexLock lock(mu_);
    absl::string_view url = request.url;
    if (!absl::ConsumePrefix(&url, "http://reg") && !absl::ConsumePrefix(&url, "https://auth")) {
      return absl::InternalError(request.url);
    }
    const std::string path(url);
    log.push_back(absl::StrCat(request.method, " ", path));
    const std::string authorization = http::FindHeader(request.headers, "Authorization").value_or("");
    if (absl::StartsWith(path, "/token")) {
      if (authorization != "Basic dTpw") return http::Response{401, {}, ""};  // u:p
      return http::Response{200, {}, absl::StrCat("{\"token\": \"", *good_tokens.rbegin(), "\"}")};
    }
    if (wants_token && (authorization.size() < 7 || good_tokens.count(authorization.substr(7)) == 0)) {
      return http::Response{401, {{"WWW-Authenticate", "Bearer realm=\"https://auth/token\",service=\"s\""}}, ""};
    }
    if (wants_token && --good_for == 0) good_tokens = {"t2"};
    if (absl::StrContains(path, "/manifests/")) return Manifest(request, path.substr(path.rfind('/') + 1));
    if (absl::StartsWith(path, "/v2/r/app/blobs/uploads/")) return Upload(request, path.substr(24));
    return Blob(request, path.substr(path.rfind('/') + 1));
  }

  int Count(const std::string& method) {
    int count = 0;
    for (const std::string& line : log) count += absl::StartsWith(line, method + " ");
    return count;
  }

 private:
  http::Response State(int status, const std::string& id) {
    const size_t size = uploads_[id].size();
    return {status,
            {{"Location", "/v2/r/app/blobs/uploads/" + id}, {"Range", absl::StrCat("0-", size == 0 ? 0 : size - 1)}},
            ""};
  }
  absl::StatusOr<http::Response> Manifest(const http::Request& request, const std::string& reference) {
    if (request.method == "PUT") {
      manifests[reference] = request.body;
      return http::Response{201, {{"Docker-Content-Digest", DigestOf(request.body)}}, ""};
    }
    const auto found = manifests.find(reference);
    if (found == manifests.end()) return http::Response{404, {}, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}"};
    const bool index = absl::StrContains(found->second, "\"manifests\"");
    return http::Response{200, {{"Content-Type", std::string(index ? kOciIndex : kOciManifest)}}, found->second};
  }
  absl::StatusOr<http::Response> Blob(const http::Request& request, const std::string& digest) {
    const auto found = blobs.find(digest);
    if (found == blobs.end()) return http::Response{404, {}, ""};
    if (request.method == "HEAD") return http::Response{200, {}, ""};
    std::string content = found->second;
    int status = 200;
    if (const auto range = http::FindHeader(request.headers, "Range")) {
      int64_t from = 0;
      EXPECT_TRUE(absl::SimpleAtoi(range->substr(6, range->size() - 7), &from)) << *range;
      content = content.substr(static_cast<size_t>(from));
      status = 206;
    }
    if (cuts > 0) {
      --cuts;
      RETURN_IF_ERROR(request.sink->Write(content.substr(0, static_cast<size_t>(cut_after))));
      return absl::UnavailableError("cut");
    }
    RETURN_IF_ERROR(request.sink->Write(content));
    return http::Response{status, {}, ""};
  }
  absl::StatusOr<http::Response> Upload(const http::Request& request, const std::string& rest) {
    const std::string id = rest.substr(0, rest.find('?'));
    if (request.method == "POST") {
      if (absl::StrContains(rest, "mount=") && can_mount) return http::Response{201, {}, ""};
      const std::string made = absl::StrCat("u", ++made_);
      uploads_[made];
      return State(202, made);
    }
    if (request.method == "GET" && forgotten > 0) {
      --forgotten;
      uploads_.erase(id);
    }
    if (uploads_.count(id) == 0) return http::Response{404, {}, ""};
    if (request.method == "GET") return State(204, id);
    if (request.method == "PATCH") return Patch(request, id);
    const std::string digest = DigestOf(uploads_[id]);
    if (!absl::StrContains(rest, digest.substr(7))) return http::Response{400, {}, ""};
    blobs[digest] = uploads_[id];
    uploads_.erase(id);
    if (lost_puts > 0) return --lost_puts, absl::UnavailableError("lost");
    return http::Response{201, {}, ""};
  }
  absl::StatusOr<http::Response> Patch(const http::Request& request, const std::string& id) {
    const std::string range = http::FindHeader(request.headers, "Content-Range").value_or("");
    log.push_back(absl::StrCat("chunk ", range));
    if (!absl::StartsWith(range, absl::StrCat(uploads_[id].size(), "-"))) return http::Response{416, {}, ""};
    char buffer[4];
    for (int64_t got = 0; got < request.source->size();) {
      ASSIGN_OR_RETURN(const size_t count, request.source->Read(buffer, sizeof buffer));
      got += static_cast<int64_t>(count);
      if (cuts > 0 && got >= cut_after) {
        --cuts;
        if (keeps_cut) uploads_[id].append(buffer, count);
        return absl::UnavailableError("cut");
      }
      uploads_[id].append(buffer, count);
    }
    return State(202, id);
  }

  Mutex mu_;
  int made_ = 0;
  std::map<std::string, std::string> uploads_;
};

class PushTest : public ::testing::Test {
 protected:
  PushTest() {
    manifest_ = layout_.AddImage("amd64", {kLayer});
    layout_.WriteTo(folder_);
  }
  RegistryClient Client() {
    return RegistryClient({.origin = "http://reg",
                           .credentials = [](std::stop_token) { return Credentials{"u", "p"}; },
                           .retry = {.attempts = 2}},
                          registry_, clock_, logger_);
  }
  absl::StatusOr<PushResult> Push(PushOptions options = {.parallel = 1}) {
    RegistryClient client = Client();
    ASSIGN_OR_RETURN(Image image, OpenLayout(folder_.path(), {}));
    image.mount_from = mount_from_;
    return PushImage(client, "r/app", "v1", image, options, stop_.get_token());
  }

  const std::string kLayer =
      "a layer that is longer than the configuration is, so that it comes first: " + std::string(300, 'x');
  TestFolder folder_;
  TestLayout layout_;
  std::string manifest_, mount_from_;
  PlayedRegistry registry_;
  FakeClock clock_;
  NullLogger logger_;
  std::stop_source stop_;
};

TEST_F(PushTest, SendsBlobsThenTheManifest) {
  const auto result = Push();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->sent, 2);
  EXPECT_EQ(registry_.blobs[DigestOf(kLayer)], kLayer);
  EXPECT_EQ(registry_.manifests["v1"], manifest_);
  EXPECT_EQ(registry_.log.back(), "PUT /v2/r/app/manifests/v1");
}

TEST_F(PushTest, SecondPushSendsNoBlob) {
  ASSERT_TRUE(Push().ok());
  registry_.log.clear();
  const auto result = Push();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->present, 2);
  EXPECT_EQ(result->sent_bytes, 0);
  EXPECT_EQ(registry_.Count("POST"), 0);
}

TEST_F(PushTest, ChunksFollowEachOther) {
  ASSERT_TRUE(Push({.parallel = 1, .chunk = 100}).ok());
  EXPECT_EQ(registry_.blobs[DigestOf(kLayer)], kLayer);
  EXPECT_THAT(registry_.log, Contains("chunk 0-99"));
  EXPECT_THAT(registry_.log, Contains("chunk 100-199"));
}

TEST_F(PushTest, BlobsOfNoAndOfOneByte) {
  layout_ = TestLayout();
  layout_.AddImage("amd64", {"", "1"});
  layout_.WriteTo(folder_);
  ASSERT_TRUE(Push().ok());
  EXPECT_EQ(registry_.blobs.count(DigestOf("")), 1u);
  EXPECT_EQ(registry_.blobs[DigestOf("1")], "1");
}

TEST_F(PushTest, CutUploadGoesOnWhereTheRegistrySays) {
  registry_.cuts = 3;
  registry_.cut_after = 40;
  const auto result = Push();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->resumed, 3);
  EXPECT_EQ(registry_.blobs[DigestOf(kLayer)], kLayer);
  EXPECT_THAT(registry_.log, Contains(HasSubstr("chunk 40-")));
  EXPECT_THAT(registry_.log, Contains(HasSubstr("chunk 120-")));
  EXPECT_GT(clock_.slept(), absl::ZeroDuration());
}

TEST_F(PushTest, RegistryThatKeepsNothingOfACutGetsItAgain) {
  registry_.cuts = 2;
  registry_.cut_after = 100;
  registry_.keeps_cut = false;
  ASSERT_TRUE(Push().ok());
  EXPECT_EQ(registry_.blobs[DigestOf(kLayer)], kLayer) << "hashed once although sent twice";
}

TEST_F(PushTest, ForgottenUploadStartsAnew) {
  registry_.cuts = 1;
  registry_.forgotten = 1;
  ASSERT_TRUE(Push().ok());
  EXPECT_EQ(registry_.blobs[DigestOf(kLayer)], kLayer);
}

TEST_F(PushTest, LostAnswerToTheEndOfAnUploadIsNoSecondUpload) {
  registry_.lost_puts = 1;
  ASSERT_TRUE(Push().ok());
  EXPECT_EQ(registry_.Count("PATCH"), 2) << "one for each blob";
}

TEST_F(PushTest, GivesUpWithoutProgress) {
  registry_.cuts = 1000;
  registry_.keeps_cut = false;
  const auto result = Push({.parallel = 1, .attempts = 3});
  EXPECT_TRUE(absl::IsUnavailable(result.status())) << result.status();
  EXPECT_EQ(registry_.Count("PATCH"), 3);
  EXPECT_EQ(registry_.manifests.size(), 0u) << "no tag on half an image";
}

TEST_F(PushTest, DamagedContentIsNotKept) {
  std::string damaged = kLayer;
  damaged[10] = '!';
  folder_.Write(BlobName(kLayer), damaged);
  const auto result = Push();
  EXPECT_TRUE(absl::IsFailedPrecondition(result.status())) << result.status();
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("is damaged"));
  EXPECT_EQ(registry_.manifests.size(), 0u);
  EXPECT_THAT(registry_.blobs, Not(Contains(::testing::Key(DigestOf(damaged)))));
}

TEST_F(PushTest, MountsWhatTheRegistryHasElsewhere) {
  mount_from_ = "r/other";
  registry_.can_mount = true;
  const auto result = Push();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->mounted, 2);
  EXPECT_THAT(registry_.log, Contains(HasSubstr("&from=r%2Fother")));
}

TEST_F(PushTest, FallsBackWhereMountingIsRefused) {
  mount_from_ = "r/other";
  const auto result = Push();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->sent, 2);
}

TEST_F(PushTest, LogsInOnceByTheChallenge) {
  registry_.wants_token = true;
  ASSERT_TRUE(Push().ok());
  int logins = 0;
  for (const std::string& line : registry_.log) logins += absl::StartsWith(line, "GET /token");
  EXPECT_EQ(logins, 1);
  EXPECT_THAT(registry_.log, Contains("GET /token?service=s&scope=repository%3Ar%2Fapp%3Apull%2Cpush"));
}

TEST_F(PushTest, TokenThatExpiresOnTheWayIsRenewed) {
  for (int good_for = 1; good_for < 9; ++good_for) {
    registry_.blobs.clear();
    registry_.wants_token = true;
    registry_.good_tokens = {"t1"};
    registry_.good_for = good_for;
    const auto result = Push();
    ASSERT_TRUE(result.ok()) << good_for << ": " << result.status();
    EXPECT_EQ(registry_.blobs[DigestOf(kLayer)], kLayer);
  }
}

TEST_F(PushTest, WrongPasswordIsSaidWithoutIt) {
  registry_.wants_token = true;
  RegistryClient client(
      {.origin = "http://reg", .credentials = [](std::stop_token) { return Credentials{"u", "planted-secret"}; }},
      registry_, clock_, logger_);
  const absl::Status status = client.HeadManifest("r/app", "v1", {}).status();
  EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
  EXPECT_THAT(status.ToString(), Not(HasSubstr("planted-secret")));
}

TEST_F(PushTest, StopEndsIt) {
  stop_.request_stop();
  EXPECT_TRUE(absl::IsCancelled(Push().status()));
}

TEST_F(PushTest, PullsFromTheRegistryWithCutsAndChecksWhatComes) {
  ASSERT_TRUE(Push().ok());
  RegistryClient client = Client();
  const Reference reference = *ParseReference("reg.example/r/app:v1");
  const absl::StatusOr<Image> image = OpenRemote(client, reference, "linux/amd64", {});
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->digest, DigestOf(manifest_));
  registry_.cuts = 2;
  registry_.cut_after = 100;
  const absl::StatusOr<FilePart> part = image->blobs[1].open({});
  ASSERT_TRUE(part.ok()) << part.status();
  std::string text(kLayer.size(), '\0');
  ASSERT_TRUE(part->file->ReadAt(0, text.data(), text.size()).ok());
  EXPECT_EQ(text, kLayer);
  registry_.blobs[DigestOf(kLayer)][5] = '!';
  EXPECT_TRUE(absl::IsFailedPrecondition(image->blobs[1].open({}).status()));
  registry_.blobs[DigestOf(kLayer)] += "more";
  EXPECT_TRUE(absl::IsFailedPrecondition(image->blobs[1].open({}).status()));
}

TEST_F(PushTest, RemoteIndexIsSearchedForThePlatform) {
  ASSERT_TRUE(Push().ok());
  registry_.manifests[DigestOf(manifest_)] = manifest_;
  nlohmann::json entry = TestDescriptor(std::string(kOciManifest), manifest_);
  entry["platform"] = {{"os", "linux"}, {"architecture", "amd64"}};
  registry_.manifests["multi"] = nlohmann::json{{"schemaVersion", 2}, {"manifests", {entry}}}.dump();
  RegistryClient client = Client();
  const Reference reference = *ParseReference("reg.example/r/app:multi");
  EXPECT_EQ(OpenRemote(client, reference, "linux/amd64", {})->digest, DigestOf(manifest_));
  EXPECT_THAT(std::string(OpenRemote(client, reference, "linux/arm64", {}).status().message()),
              HasSubstr("only for linux/amd64"));
  EXPECT_TRUE(
      absl::IsNotFound(OpenRemote(client, *ParseReference("reg.example/r/app:none"), "linux/amd64", {}).status()));
}

TEST(ChallengeTest, ReadsWhatRegistriesSend) {
  const auto challenge = ParseChallenge("Bearer realm=\"https://auth/token\", service=\"a,b\",scope=\"x\"");
  ASSERT_TRUE(challenge.ok()) << challenge.status();
  EXPECT_EQ(challenge->realm, "https://auth/token");
  EXPECT_EQ(challenge->service, "a,b");
  EXPECT_FALSE(ParseChallenge("basic realm=x")->bearer);
  EXPECT_FALSE(ParseChallenge("Negotiate").ok());
  EXPECT_FALSE(ParseChallenge("Bearer service=x").ok());
  EXPECT_FALSE(ParseChallenge("").ok());
}

TEST(ChallengeTest, PasswordGoesOverTlsOnly) {
  EXPECT_TRUE(CheckRealm("https://auth.example/token").ok());
  EXPECT_TRUE(CheckRealm("http://127.0.0.1:5000/token").ok());
  EXPECT_FALSE(CheckRealm("http://auth.example/token").ok());
  EXPECT_FALSE(CheckRealm("ftp://auth.example").ok());
  EXPECT_FALSE(CheckRealm("http://127.0.0.1.example.com/token").ok());
}

TEST(ReferenceTest, ReadsAndRefuses) {
  const std::string digest = DigestOf("x");
  const auto full = ParseReference("localhost:5000/team/app:1.0@" + digest);
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(full->host, "localhost:5000");
  EXPECT_EQ(full->repository, "team/app");
  EXPECT_EQ(full->version(), digest);
  EXPECT_EQ(ParseReference("r.example/app")->tag, "latest");
  EXPECT_EQ(ParseReference("r.example/app@" + digest)->tag, "");
  for (const char* bad : {"", "app", "app:1", "team/app:1", "r.example/", "r.example/App:1", "r.example/app:",
                          "r.example/app:-x", "r.example/a//b", "r.example/app@sha256:12", "r.example/../b:1"}) {
    EXPECT_FALSE(ParseReference(bad).ok()) << bad;
  }
  for (const char* with_login : {"https://user:hunter2@r.example/app", "user:hunter2@r.example/app", "a@hunter2@b"}) {
    const auto refused = ParseReference(with_login);
    EXPECT_THAT(std::string(refused.status().message()),
                AllOf(HasSubstr("no place for a user"), Not(HasSubstr("hunter2"))));
  }
  EXPECT_EQ(OriginOfHost("r.example"), "https://r.example");
  EXPECT_EQ(OriginOfHost("127.0.0.1:80"), "http://127.0.0.1:80");
}

}  // namespace
}  // namespace spcs::oci
