// SPDX-License-Identifier: MPL-2.0
#include "emulator/engine/store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "provider/base/file.h"

namespace spcs::engine {
namespace {

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spcs_store_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/account.db"; }
  static Object MakeDatabase(const std::string& name) {
    Object object;
    object.name = name;
    object.owner = "R";
    object.created_on = absl::FromUnixMicros(1'700'000'000'123'456);
    object.props = {{"comment", "x"}};
    return object;
  }

  std::string folder_;
};

TEST_F(StoreTest, KeepsObjectsAcrossOpening) {
  {
    const std::unique_ptr<Store> store = *Store::Open(path());
    store->Begin();
    Object object = MakeDatabase("D");
    store->Insert(object);
    EXPECT_GT(object.id, 0);
    ASSERT_TRUE(store->Commit().ok());
  }
  const std::unique_ptr<Store> store = *Store::Open(path());
  const std::optional<Object> object = store->Find(Kind::kDatabase, "", "", "D");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->owner, "R");
  EXPECT_EQ(absl::ToUnixMicros(object->created_on), 1'700'000'000'123'456);
  EXPECT_EQ(object->props["comment"], "x");
  EXPECT_FALSE(store->Find(Kind::kDatabase, "", "", "d"));
}

TEST_F(StoreTest, RollbackUndoes) {
  const std::unique_ptr<Store> store = *Store::Open("");
  store->Begin();
  Object object = MakeDatabase("D");
  store->Insert(object);
  store->Rollback();
  EXPECT_FALSE(store->Get(object.id));
}

TEST_F(StoreTest, GenerationMovesWithChangesAndRollbacks) {
  const std::unique_ptr<Store> store = *Store::Open("");
  const int64_t first = store->generation();
  store->Find(Kind::kDatabase, "", "", "D");
  EXPECT_EQ(store->generation(), first);
  store->Begin();
  store->PutRecord("a", "b", "c");
  const int64_t second = store->generation();
  EXPECT_NE(second, first);
  store->Rollback();
  EXPECT_NE(store->generation(), second);
}

TEST_F(StoreTest, AFailureFailsTheCommitAndNothingElse) {
  const std::unique_ptr<Store> store = *Store::Open("");
  store->Begin();
  Object first = MakeDatabase("D"), second = MakeDatabase("D");
  store->Insert(first);
  store->Insert(second);
  EXPECT_FALSE(store->failure().ok());
  EXPECT_TRUE(store->List(Kind::kDatabase).empty());
  EXPECT_FALSE(store->Commit().ok());
  store->Begin();
  Object third = MakeDatabase("D");
  store->Insert(third);
  EXPECT_TRUE(store->Commit().ok());
  EXPECT_EQ(store->List(Kind::kDatabase).size(), 1u);
}

TEST_F(StoreTest, DeletingTakesTheGrantsAlong) {
  const std::unique_ptr<Store> store = *Store::Open("");
  store->Begin();
  Object object = MakeDatabase("D");
  store->Insert(object);
  store->AddGrant({"USAGE", object.id, "", "R", "A", false, object.created_on});
  store->AddGrant({"USAGE", object.id, "", "R", "A", true, object.created_on});
  EXPECT_EQ(store->GrantsOn(object.id).size(), 1u);
  EXPECT_TRUE(store->GrantsTo("R")[0].grant_option);
  store->Delete(object.id);
  EXPECT_TRUE(store->GrantsTo("R").empty());
}

TEST_F(StoreTest, ListsByContainerInOrder) {
  const std::unique_ptr<Store> store = *Store::Open("");
  for (const char* name : {"B", "A"}) {
    Object schema = MakeDatabase(name);
    schema.kind = Kind::kSchema;
    schema.database = "D";
    store->Insert(schema);
  }
  Object other = MakeDatabase("C");
  other.kind = Kind::kSchema;
  other.database = "E";
  store->Insert(other);
  const std::vector<Object> schemas = store->List(Kind::kSchema, "D");
  ASSERT_EQ(schemas.size(), 2u);
  EXPECT_EQ(schemas[0].name, "A");
  store->RenameDatabase("E", "D");
  EXPECT_EQ(store->List(Kind::kSchema, "D").size(), 3u);
}

TEST_F(StoreTest, RefusesForeignFiles) {
  ASSERT_TRUE(WriteFile(path(), "this is not SQLite, it only looks like a file of ours").ok());
  const absl::Status status = Store::Open(path()).status();
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(absl::StrContains(status.message(), path())) << status;
  EXPECT_FALSE(Store::Open(folder_ + "/no/such/folder.db").ok());
}

// A process killed at any moment leaves every committed record.
TEST_F(StoreTest, SurvivesSigkill) {
  int pipe_fds[2];
  ASSERT_EQ(pipe(pipe_fds), 0);
  const pid_t child = fork();
  if (child == 0) {
    const absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(path());
    for (int i = 0; store.ok(); ++i) {
      (*store)->Begin();
      (*store)->PutRecord("n", absl::StrCat(i), "v");
      if (!(*store)->Commit().ok() || write(pipe_fds[1], "x", 1) != 1) break;
    }
    _exit(1);
  }
  int answered = 0;
  char byte = 0;
  while (answered < 50 && read(pipe_fds[0], &byte, 1) == 1) ++answered;
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipe_fds[0]);
  close(pipe_fds[1]);
  ASSERT_EQ(answered, 50);
  const std::unique_ptr<Store> store = *Store::Open(path());
  EXPECT_GE(store->ListRecords("n").size(), 50u);
}

}  // namespace
}  // namespace spcs::engine
