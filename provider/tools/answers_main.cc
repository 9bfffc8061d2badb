// SPDX-License-Identifier: MPL-2.0
// Run by the build: writes the answers that never change (provider/plugin/ready_answer.h) as a C++ source, which the
// provider's executable carries.
//   spcs-answers OUT.cc
#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/string_view.h"
#include "provider/plugin/ready_answer.h"
#include "provider/provider.h"

namespace {

constexpr size_t kBytesInALine = 96;

// Octal escapes: of fixed length, so that what follows one never belongs to it.
void WriteLiteral(const std::string& bytes, std::ostream& out) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % kBytesInALine == 0) out << "\n    \"";
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out << '\\' << (byte >> 6) << (byte >> 3 & 7) << (byte & 7);
    if (i % kBytesInALine == kBytesInALine - 1 || i + 1 == bytes.size()) out << '"';
  }
}

void Write(const spcs::tf::ProviderSchema& schema, std::ostream& out) {
  out << "// Made by spcs-answers from the tables of the resources.\n#include \"provider/ready_answers.h\"\n\n"
         "namespace spcs {\n\nplugin::ReadyAnswers ReadyAnswers() {\n  return {\n";
  for (const absl::string_view method : spcs::plugin::ConstantMethods()) {
    const std::string bytes = spcs::plugin::MakeConstantAnswer(method, schema);
    out << "      {\"" << std::string(method) << "\", absl::string_view(";
    WriteLiteral(bytes, out);
    out << ", " << bytes.size() << ")},\n";
  }
  out << "  };\n}\n\n}  // namespace spcs\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: spcs-answers OUT.cc\n", stderr);
    return 2;
  }
  std::ofstream out(argv[1]);
  Write(spcs::MakeServer()->GetSchema(), out);
  out.close();
  if (!out) {
    std::fprintf(stderr, "spcs-answers: cannot write %s\n", argv[1]);
    return 1;
  }
  return 0;
}
