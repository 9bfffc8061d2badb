// SPDX-License-Identifier: MPL-2.0
// The process that holds the sandbox: started by the emulator as itself with another argument, it moves into user,
// network, mount and process namespaces of its own and carries out what it is told over its channel. When the emulator
// goes, however, the hub goes, and with it everything that it started.
//
// Requests: {op: instance, plan}, {op: container, plan}, {op: signal, name, signal}, {op: remove, name},
// {op: connect, ip, port} and {op: listen, port} (both answered with a socket). Each has an `id` and is answered by
// {id, error?}. Unasked: {op: exited, name, code}.
#pragma once

#include "absl/strings/string_view.h"

namespace spcs::runtime::process {

// The argument with which the emulator starts the hub: kHubArgument and the number of the channel's descriptor.
inline constexpr absl::string_view kHubArgument = "--sandbox-hub=";

// Runs the hub until its channel closes, then ends the process, which has one thread. At once and not by returning:
// where the first process of a namespace has gone no other can start, which leak checkers at exit would try.
[[noreturn]] void RunHub(int channel);

}  // namespace spcs::runtime::process
