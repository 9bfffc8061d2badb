// SPDX-License-Identifier: MPL-2.0
#include "provider/tf/diagnostics.h"

#include "gtest/gtest.h"
#include "provider/base/status.h"

namespace spcs::tf {
namespace {

TEST(DiagnosticsTest, AnOkStatusAddsNothing) {
  Diagnostics diagnostics;
  diagnostics.AddStatus("Cannot do it", absl::OkStatus());
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_FALSE(diagnostics.HasErrors());
}

TEST(DiagnosticsTest, FactsOfAStatusAreShown) {
  absl::Status status = absl::NotFoundError("stage \"S\" is not there");
  status = WithFact(status, kAdvice, "Create it first.");
  status = WithFact(status, kVendorCode, "002003");
  status = WithFact(status, kSqlState, "42S02");
  status = WithFact(status, kQueryId, "01b2");
  status = WithFact(status, kAttributePath, "spec.volumes[\"models\"].source");
  Diagnostics diagnostics;
  diagnostics.AddStatus("Cannot create service", status);
  ASSERT_EQ(diagnostics.list().size(), 1u);
  const Diagnostic& diagnostic = diagnostics.list()[0];
  EXPECT_EQ(diagnostic.severity, Diagnostic::Severity::kError);
  EXPECT_EQ(diagnostic.summary, "Cannot create service");
  EXPECT_EQ(diagnostic.detail,
            "At spec.volumes[\"models\"].source: Stage \"S\" is not there\n\nCreate it first.\n\n(Snowflake error "
            "002003, SQL state 42S02, query id 01b2)");
  EXPECT_EQ(diagnostic.path, (Path("spec") / "volumes").Key("models") / "source");
}

TEST(DiagnosticsTest, SentencesGetACapitalAndNamesDoNot) {
  Diagnostics diagnostics;
  diagnostics.AddStatus("Cannot connect", absl::InvalidArgumentError("private_key_file cannot be read"));
  diagnostics.AddStatus("Cannot connect", absl::InvalidArgumentError("the host is unknown"));
  EXPECT_EQ(diagnostics.list()[0].detail, "private_key_file cannot be read");
  EXPECT_EQ(diagnostics.list()[1].detail, "The host is unknown");
}

TEST(DiagnosticsTest, AStatusWithoutTextShowsItsCode) {
  Diagnostics diagnostics;
  diagnostics.AddStatus("Cannot read", absl::Status(absl::StatusCode::kUnavailable, ""));
  EXPECT_EQ(diagnostics.list()[0].detail, "UNAVAILABLE");
  EXPECT_TRUE(diagnostics.list()[0].path.empty());
}

TEST(DiagnosticsTest, WarningsAreNoErrors) {
  Diagnostics diagnostics;
  diagnostics.AddWarning(Path("a"), "Careful", "It is hot.");
  EXPECT_FALSE(diagnostics.HasErrors());
  Diagnostics errors;
  errors.AddError(Path("b"), "Wrong", "It is cold.");
  diagnostics.Append(errors);
  EXPECT_TRUE(diagnostics.HasErrors());
  ASSERT_EQ(diagnostics.list().size(), 2u);
  EXPECT_EQ(diagnostics.list()[1].path, Path("b"));
}

}  // namespace
}  // namespace spcs::tf
