// SPDX-License-Identifier: MPL-2.0
// The generated messages, compiled from a path that does not name the build folder (CMakeLists.txt says why).
#include "proto/tfplugin6.pb.cc"
