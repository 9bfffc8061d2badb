// SPDX-License-Identifier: MPL-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "provider/oci/image_files_for_test.h"
#include "provider/resources/resource_fixture_for_test.h"

namespace spcs::resources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kList[] = "LIST '@D.S.ST/a/b.txt'";
constexpr char kUrl[] = "https://storage.example/put?sig=secret";

// Gives the upload URL and takes what is sent to it; everything else goes to the account.
class Storage : public http::Transport {
 public:
  Storage(PlayedAccount& account, std::vector<http::Request>& requests) : account_(account), requests_(requests) {}

  absl::StatusOr<http::Response> Send(const http::Request& request, std::stop_token stop) override {
    if (absl::EndsWith(request.url, ":presigned-url")) {
      requests_.push_back(request);
      return http::Response{200, {}, nlohmann::json{{"presigned_url", kUrl}}.dump()};
    }
    if (request.url != kUrl) return account_.Send(request, std::move(stop));
    requests_.push_back(request);
    std::string& body = requests_.back().body;
    if (request.source != nullptr) {
      body.resize(static_cast<size_t>(request.source->size()));
      RETURN_IF_ERROR(request.source->Read(body.data(), body.size()).status());
      requests_.back().source = nullptr;
    }
    if (requests_.size() == 2) return http::Response{503, {}, ""};
    return http::Response{200, {}, ""};
  }

 private:
  PlayedAccount& account_;
  std::vector<http::Request>& requests_;
};

class StageFileTest : public ::testing::Test {
 protected:
  static constexpr char kMd5[] = "49f68a5c8493ec2c0bf489821c21fc3b";  // of "hi"

  ResourceFixture::Members Config(const std::string& kind, const std::string& value) {
    return {{"database", "d"}, {"schema", "s"}, {"stage", "st"}, {"path", "a/b.txt"}, {kind, value}};
  }
  void Listed(const std::string& md5, const std::string& name = "st/a/b.txt") {
    f_.account.On(kList, {{"name", "size", "md5", "last_modified"}, {{name, "2", md5, "today"}}});
  }
  // The file appears once it was asked for in vain.
  void ListedBehindTheUpload(const std::string& md5) {
    f_.account.Next(kList, {{"name", "size", "md5", "last_modified"}, {}});
    Listed(md5);
  }

  std::vector<std::string> Removals() {
    std::vector<std::string> removals;
    for (const std::string& sql : f_.account.statements()) {
      if (absl::StartsWith(sql, "REMOVE")) removals.push_back(sql);
    }
    return removals;
  }

  oci::TestFolder folder_;
  std::vector<http::Request> requests_;
  ResourceFixture f_{MakeStageFile,
                     [this](PlayedAccount& account) { return std::make_unique<Storage>(account, requests_); }};
};

TEST_F(StageFileTest, SendsTheFileToTheUrlAndKeepsWhatIsListed) {
  ListedBehindTheUpload(kMd5);
  ASSERT_OK(f_.Create(Config("source", folder_.Write("x", "hi"))));
  ASSERT_EQ(requests_.size(), 3u) << "the URL, a fault, the file";
  EXPECT_EQ(requests_[0].url, "https://acct/api/v2/databases/D/schemas/S/stages/ST/files/a/b.txt:presigned-url");
  EXPECT_EQ(requests_[2].method, "PUT");
  EXPECT_EQ(requests_[2].body, "hi");
  EXPECT_EQ(http::FindHeader(requests_[2].headers, "Authorization"), std::nullopt) << "the storage gets no token";
  EXPECT_EQ(f_.state.Get("md5"), tf::Value(kMd5));
  EXPECT_EQ(f_.state.Get("content_hash"), tf::Value(oci::DigestOf("hi")));
}

TEST_F(StageFileTest, WhatIsThereIsNotOverwritten) {
  Listed(kMd5);
  const absl::Status status = f_.Create(Config("content", "hi"));
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_THAT(FactOf(status, kAdvice).value_or(""), HasSubstr("id = \"D.S.ST/a/b.txt\""));
  EXPECT_TRUE(requests_.empty());
}

TEST_F(StageFileTest, ChangeOutsidePlansAnUpload) {
  ListedBehindTheUpload(kMd5);
  ASSERT_OK(f_.Create(Config("content", "hi")));
  ASSERT_OK(f_.Read());
  EXPECT_EQ(*f_.Plan(Config("content", "hi")), f_.state) << "nothing to do";
  Listed("another");
  ASSERT_OK(f_.Read());
  EXPECT_TRUE(f_.state.Get("content_hash").IsNull());
  const auto planned = f_.Plan(Config("content", "hi"));
  EXPECT_EQ(planned->Get("content_hash"), tf::Value(oci::DigestOf("hi")));
  EXPECT_TRUE(planned->Get("md5").IsUnknown());
}

TEST_F(StageFileTest, ImportOfTheSameContentSendsNothing) {
  Listed(kMd5);
  ASSERT_OK(f_.Import("d.s.st/a/b.txt"));
  ASSERT_OK(f_.Apply(Config("content", "hi")));
  EXPECT_TRUE(requests_.empty());
  EXPECT_EQ(f_.state.Get("content_hash"), tf::Value(oci::DigestOf("hi")));
  EXPECT_FALSE(f_.Import("d.s.st").ok());
  EXPECT_FALSE(f_.Import("st/a").ok());
}

TEST_F(StageFileTest, DeleteTakesNothingElse) {
  ListedBehindTheUpload(kMd5);
  ASSERT_OK(f_.Create(Config("content", "hi")));
  f_.account.On(kList, {{"name", "size", "md5", "last_modified"},
                        {{"st/a/b.txt", "2", kMd5, "x"}, {"st/a/b.txt.gz", "2", kMd5, "x"}}});
  EXPECT_THAT(std::string(f_.Delete().message()), HasSubstr("would also remove"));
  EXPECT_THAT(Removals(), ElementsAre());
  Listed(kMd5);
  ASSERT_OK(f_.Delete());
  EXPECT_THAT(Removals(), ElementsAre("REMOVE '@D.S.ST/a/b.txt'"));
  f_.account.On(kList, {{"name", "size", "md5", "last_modified"}, {}});
  ASSERT_OK(f_.Delete());
}

TEST_F(StageFileTest, DeleteWaitsForWhatGoesInTheSameRun) {
  ListedBehindTheUpload(kMd5);
  ASSERT_OK(f_.Create(Config("content", "hi")));
  f_.account.Next(kList, {{"name", "size", "md5", "last_modified"},
                          {{"st/a/b.txt", "2", kMd5, "x"}, {"st/a/b.txt.gz", "2", kMd5, "x"}}});
  ASSERT_OK(f_.Delete());
  EXPECT_THAT(Removals(), ElementsAre("REMOVE '@D.S.ST/a/b.txt'"));
}

TEST_F(StageFileTest, FileIsGoneWhenTheStageIs) {
  ListedBehindTheUpload(kMd5);
  ASSERT_OK(f_.Create(Config("content", "hi")));
  f_.account.OnError(kList, "002003", kUnknownObject);
  ASSERT_OK(f_.Read());
  EXPECT_TRUE(f_.state.IsNull());
}

TEST_F(StageFileTest, BadInputIsRefused) {
  EXPECT_TRUE(f_.Validate({{"database", "d"}, {"schema", "s"}, {"stage", "st"}, {"path", "a"}}).HasErrors());
  for (const char* path : {"", "/a", "a/", "a//b", "../a", "a'b", "a:b", "a*", "a\\b", "a\nb"}) {
    auto config = Config("content", "x");
    config["path"] = path;
    EXPECT_TRUE(f_.Validate(config).HasErrors()) << path;
  }
  EXPECT_FALSE(f_.Validate(Config("content", "x")).HasErrors());
  EXPECT_THAT(std::string(f_.Plan(Config("source", "/nowhere")).status().message()), HasSubstr("cannot read /nowhere"));
}

}  // namespace
}  // namespace spcs::resources
