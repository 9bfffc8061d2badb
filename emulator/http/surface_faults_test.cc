// SPDX-License-Identifier: MPL-2.0
#include "emulator/http/surface_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "nlohmann/json.hpp"

namespace spcs::emulator_http {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Pair;

// A client that stays for `patience` waits.
class FakePeer : public Peer {
 public:
  explicit FakePeer(int patience) : patience_(patience) {}
  bool Wait(absl::Duration) override { return --patience_ >= 0; }

 private:
  int patience_;
};

class SurfaceFaultsTest : public ::testing::Test {
 protected:
  HttpReply Serve(const nlohmann::json& rule, FaultScope scope = FaultScope::kStage) {
    EXPECT_TRUE(faults_.Set(nlohmann::json::array({rule})).ok());
    FakePeer peer(3);
    notes_ = {.kind = "STAGE URL"};
    served_ = 0;
    return ServeUnderFaults({.faults = faults_,
                             .stats = stats_,
                             .scope = scope,
                             .refuse = [](int status) { return HttpReply{.status = status}; },
                             .serve =
                                 [&](const Fault&) {
                                   ++served_;
                                   return HttpReply{.body = "answer"};
                                 }},
                            HttpRequest{.method = "POST", .path = "/x"}, peer, notes_);
  }
  int64_t Applied() { return faults_.Get()["rules"][0]["applied"].get<int64_t>(); }

  Faults faults_{1};
  Stats stats_;
  RequestNotes notes_;
  int served_ = 0;
};

TEST_F(SurfaceFaultsTest, RefusalsServeNothingAndSayWhenToComeAgain) {
  for (const int status : {429, 500, 503}) {
    const HttpReply reply = Serve({{"action", status}, {"retry_after", 7}});
    EXPECT_EQ(reply.status, status);
    EXPECT_THAT(reply.headers, Contains(Pair("Retry-After", "7")));
    EXPECT_EQ(served_, 0);
  }
  EXPECT_EQ(Serve({{"action", "reset"}}).delivery, Delivery::kReset);
  EXPECT_EQ(Serve({{"action", "hang"}}).delivery, Delivery::kNothing);
  EXPECT_EQ(served_, 0);
}

TEST_F(SurfaceFaultsTest, SpoiltAnswersWereServed) {
  EXPECT_EQ(Serve({{"action", "truncate"}}).delivery, Delivery::kHalf);
  EXPECT_EQ(Serve({{"action", "lose-response"}}).delivery, Delivery::kNothing);
  EXPECT_EQ(Serve({{"action", "hold-after"}}).delivery, Delivery::kNothing) << "held until the client went";
  EXPECT_EQ(served_, 1);
  EXPECT_EQ(notes_.fault, "hold-after");
}

TEST_F(SurfaceFaultsTest, WhatHasNoMeaningIsNotApplied) {
  for (const char* action : {"async", "forget-request", "cut"}) {
    const HttpReply reply = Serve({{"action", action}});
    EXPECT_EQ(reply.delivery, Delivery::kWhole) << action;
    EXPECT_EQ(Applied(), 0) << action;
    EXPECT_THAT(notes_.fault, IsEmpty()) << action;
  }
  Serve({{"action", "cut"}}, FaultScope::kRegistry);
  EXPECT_EQ(Applied(), 1);
  Serve({{"action", "cut"}}, FaultScope::kStatement);
  EXPECT_EQ(Applied(), 0);
}

}  // namespace
}  // namespace spcs::emulator_http
