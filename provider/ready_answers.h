// SPDX-License-Identifier: MPL-2.0
// The provider's answers that never change, as the build made them (provider/tools/answers_main.cc).
#pragma once

#include "provider/plugin/ready_answer.h"

namespace spcs {

plugin::ReadyAnswers ReadyAnswers();

}  // namespace spcs
