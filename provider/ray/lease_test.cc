// SPDX-License-Identifier: MPL-2.0
#include "provider/ray/lease.h"

#include <atomic>
#include <thread>

#include "provider/ray/deployer_fixture_for_test.h"

namespace spcs::ray {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Ten times as fast as the machine's: two threads that really run at once.
class QuickClock : public Clock {
 public:
  absl::Time Now() const override { return began_ + (absl::Now() - began_) * 10; }
  bool Sleep(absl::Duration duration, std::stop_token stop) override { return real_.Sleep(duration / 10, stop); }

 private:
  RealClock real_;
  const absl::Time began_ = absl::Now();
};

// A clock of one who sleeps his pause between read and write until the other is through, or waits.
class PausingClock : public QuickClock {
 public:
  bool Sleep(absl::Duration duration, std::stop_token stop) override {
    if (duration != kPause) return QuickClock::Sleep(duration, stop);
    paused = true;
    paused.notify_all();
    go_on.wait(false);
    return true;
  }

  static constexpr absl::Duration kPause = absl::Seconds(5);
  std::atomic<bool> paused = false, go_on = false;
};

absl::Status DeployAs(const std::string& name, testing::FakeRay& ray, Clock& clock, Say say, DeployerOptions options) {
  ServeClient client(ray, clock, {.url = "http://ray-head:8265"});
  return Deployer(client, clock, std::move(say), options).Deploy(TestApplication(name, 1), {}).status();
}

// Two owners, two states, one cluster: the first pauses between its read and its write, and the second deploys in the
// meantime. Returns the applications that are there in the end.
std::vector<std::string> TwoOwners(bool with_lease) {
  PausingClock slow;
  QuickClock clock;
  testing::FakeRay ray(clock, {.nodes = testing::FakeNodes(2)});
  std::thread first([&] {
    const absl::Status status = DeployAs("first", ray, slow, [](const std::string&) {},
                                         {.pause_before_put = PausingClock::kPause, .lease = with_lease});
    EXPECT_TRUE(status.ok()) << status;
    slow.paused = true;
    slow.paused.notify_all();
  });
  const auto go_on = [&] {
    slow.go_on = true;
    slow.go_on.notify_all();
  };
  slow.paused.wait(false);
  const Say say = [&](const std::string& line) {
    if (line.find("waiting: another deployment") == 0) go_on();
  };
  const absl::Status status = DeployAs("second", ray, clock, say, {.lease = with_lease});
  EXPECT_TRUE(status.ok()) << status;
  go_on();
  first.join();
  std::vector<std::string> there;
  for (const char* name : {"first", "second"}) {
    if (ray.Config(name).is_object()) there.emplace_back(name);
  }
  return there;
}

TEST(LeaseTest, TwoOwnersLoseNoUpdate) {
  EXPECT_THAT(TwoOwners(true), ElementsAre("first", "second"));
}

// What the lease is good for: without it the first writes back what it has read before its pause.
TEST(LeaseTest, WithoutTheLeaseOneIsLost) {
  EXPECT_THAT(TwoOwners(false), ElementsAre("first"));
}

class LeaseFixture : public DeployerFixture {
 protected:
  Lease Make() { return Lease(client_, clock_, say_, {}); }
  absl::Time Soon() const { return clock_.Now() + absl::Minutes(1); }
};

TEST_F(LeaseFixture, IsHeldByOne) {
  Lease mine = Make(), theirs = Make();
  ASSERT_TRUE(mine.Acquire(Soon(), {}).ok());
  EXPECT_TRUE(mine.CheckHeld({}).ok());
  EXPECT_THAT(ray_.LiveJobs(), ElementsAre("spcs-serve-lease-1"));
  const absl::Status late = theirs.Acquire(Soon(), {});
  EXPECT_TRUE(absl::IsDeadlineExceeded(late)) << late;
  EXPECT_THAT(std::string(late.message()), HasSubstr("spcs-serve-lease-1"));
  EXPECT_THAT(Said(), HasSubstr("waiting: another deployment writes"));
  EXPECT_FALSE(theirs.CheckHeld({}).ok());
  mine.Release();
  ASSERT_TRUE(theirs.Acquire(Soon(), {}).ok());
  EXPECT_THAT(ray_.LiveJobs(), ElementsAre("spcs-serve-lease-2"));
  EXPECT_FALSE(mine.CheckHeld({}).ok());
}

TEST_F(LeaseFixture, OfAHolderThatIsGoneEndsByItself) {
  Lease gone = Make(), mine = Make();
  ASSERT_TRUE(gone.Acquire(Soon(), {}).ok());
  const absl::Time began = clock_.Now();
  ASSERT_TRUE(mine.Acquire(clock_.Now() + absl::Hours(1), {}).ok());
  EXPECT_GT(clock_.Now() - began, absl::Minutes(2));
  EXPECT_LT(clock_.Now() - began, absl::Minutes(4));
}

TEST_F(LeaseFixture, NothingIsWrittenWhenItIsAboutToEnd) {
  Lease mine = Make();
  ASSERT_TRUE(mine.Acquire(Soon(), {}).ok());
  clock_.Advance(absl::Minutes(2));
  EXPECT_TRUE(absl::IsAborted(mine.CheckHeld({})));
}

TEST_F(LeaseFixture, NothingIsWrittenWhenItsJobHasEnded) {
  Lease mine = Make();
  ASSERT_TRUE(mine.Acquire(Soon(), {}).ok());
  ray_.EndJob("spcs-serve-lease-1");
  EXPECT_TRUE(absl::IsAborted(mine.CheckHeld({})));
}

// One that sleeps for longer than its lease must not write what it read before.
TEST_F(LeaseFixture, ADeployerThatSleptReadsAgain) {
  options_.pause_before_put = absl::Minutes(10);
  bool slept = false;
  ray_.before_put = [&](int) -> std::optional<absl::StatusOr<http::Response>> {
    slept = true;
    return std::nullopt;
  };
  const absl::Status aborted = Deploy().status();
  EXPECT_TRUE(absl::IsAborted(aborted)) << aborted;
  EXPECT_FALSE(slept);
  EXPECT_THAT(ray_.LiveJobs(), IsEmpty());
}

TEST_F(LeaseFixture, OldJobsAreRemoved) {
  for (int round = 0; round < 30; ++round) {
    Lease lease = Make();
    ASSERT_TRUE(lease.Acquire(Soon(), {}).ok());
  }
  const auto jobs = client_.Jobs("spcs-serve-lease-", {});
  ASSERT_TRUE(jobs.ok());
  EXPECT_THAT(*jobs, SizeIs(20));
}

TEST_F(LeaseFixture, AStopEndsTheWait) {
  Lease mine = Make(), theirs = Make();
  ASSERT_TRUE(mine.Acquire(Soon(), {}).ok());
  stop_.request_stop();
  EXPECT_TRUE(absl::IsCancelled(theirs.Acquire(Soon(), stop_.get_token())));
}

}  // namespace
}  // namespace spcs::ray
