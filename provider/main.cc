// SPDX-License-Identifier: MPL-2.0
// The provider's executable: only serves.
#include "provider/plugin/serve.h"
#include "provider/provider.h"
#include "provider/ready_answers.h"

int main(int argc, char** argv) {
  return spcs::plugin::Serve(argc, argv, SPCS_VERSION, spcs::MakeServer, spcs::ReadyAnswers());
}
