// SPDX-License-Identifier: MPL-2.0
// The provider's executable: only serves.
#include <memory>

#include "provider/plugin/serve.h"
#include "provider/tf/server.h"

namespace {

// No resources yet.
class EmptyServer : public spcs::tf::ServerInterface {
  using Stop = std::stop_token;

  const spcs::tf::ProviderSchema& GetSchema() override { return schema_; }
  spcs::tf::ValidateResponse ValidateProvider(const spcs::tf::ValidateRequest&) override { return {}; }
  spcs::tf::ValidateResponse ValidateResource(const spcs::tf::ValidateRequest&) override { return {}; }
  spcs::tf::ValidateResponse ValidateDataSource(const spcs::tf::ValidateRequest&) override { return {}; }
  spcs::tf::ValidateResponse ValidateEphemeral(const spcs::tf::ValidateRequest&) override { return {}; }
  spcs::tf::ConfigureResponse Configure(const spcs::tf::ConfigureRequest&) override { return {}; }
  spcs::tf::UpgradeStateResponse UpgradeState(const spcs::tf::UpgradeStateRequest&) override { return {}; }
  spcs::tf::UpgradeIdentityResponse UpgradeIdentity(const spcs::tf::UpgradeIdentityRequest&) override { return {}; }
  spcs::tf::ReadResponse Read(const spcs::tf::ReadRequest&, Stop) override { return {}; }
  spcs::tf::PlanResponse Plan(const spcs::tf::PlanRequest&, Stop) override { return {}; }
  spcs::tf::ApplyResponse Apply(const spcs::tf::ApplyRequest&, Stop) override { return {}; }
  spcs::tf::ImportResponse Import(const spcs::tf::ImportRequest&, Stop) override { return {}; }
  spcs::tf::MoveResponse Move(const spcs::tf::MoveRequest&) override { return {}; }
  spcs::tf::ReadDataResponse ReadData(const spcs::tf::ReadDataRequest&, Stop) override { return {}; }
  spcs::tf::CallFunctionResponse CallFunction(const spcs::tf::CallFunctionRequest&) override { return {}; }
  spcs::tf::OpenEphemeralResponse OpenEphemeral(const spcs::tf::OpenEphemeralRequest&, Stop) override { return {}; }
  spcs::tf::RenewEphemeralResponse RenewEphemeral(const spcs::tf::RenewEphemeralRequest&, Stop) override { return {}; }
  spcs::tf::CloseEphemeralResponse CloseEphemeral(const spcs::tf::CloseEphemeralRequest&, Stop) override { return {}; }

  spcs::tf::ProviderSchema schema_;
};

}  // namespace

int main(int argc, char** argv) {
  return spcs::plugin::Serve(argc, argv, SPCS_VERSION, [] { return std::make_unique<EmptyServer>(); });
}
