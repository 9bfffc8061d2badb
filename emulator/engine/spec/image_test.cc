// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/spec/image.h"

#include <gtest/gtest.h>

#include <string>

namespace spcs::spec {
namespace {

TEST(ImageTest, ReadsAllForms) {
  const auto short_form = ParseImage("/db/Sc/repo/app:1.2", "p");
  ASSERT_TRUE(short_form.ok()) << short_form.status();
  EXPECT_EQ(short_form->host, "");
  EXPECT_EQ(short_form->database, "DB");
  EXPECT_EQ(short_form->schema, "SC");
  EXPECT_EQ(short_form->repository, "REPO");
  EXPECT_EQ(short_form->name, "app");
  EXPECT_EQ(short_form->tag, "1.2");
  EXPECT_EQ(short_form->Path(), "/db/sc/repo/app");
  const auto long_form = ParseImage("reg.example.com/db/sc/repo/team/app", "p");
  ASSERT_TRUE(long_form.ok());
  EXPECT_EQ(long_form->host, "reg.example.com");
  EXPECT_EQ(long_form->name, "team/app");
  EXPECT_EQ(long_form->BaseName(), "app");
  EXPECT_EQ(long_form->tag, "latest");
  const std::string digest = "sha256:" + std::string(64, 'a');
  const auto pinned = ParseImage("/db/sc/repo/app@" + digest, "p");
  ASSERT_TRUE(pinned.ok());
  EXPECT_EQ(pinned->digest, digest);
  EXPECT_EQ(pinned->tag, "");
}

TEST(ImageTest, RefusesOthers) {
  for (const char* wrong : {"app:1", "docker.io/library/ubuntu", "/db/sc/app:1", "db/sc/repo/app:1", "/db/sc/repo/App",
                            "/db//repo/app", "/db/sc/repo/app:", "/db/sc/repo/app:a b", "/db/sc/repo/app@sha256:1"}) {
    EXPECT_FALSE(ParseImage(wrong, "spec.containers[0].image").ok()) << wrong;
  }
}

}  // namespace
}  // namespace spcs::spec
