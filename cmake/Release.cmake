# Targets that people and CI call by name: docs, check, package.
add_custom_target(docs
  COMMAND spcs-docs --examples=${PROJECT_SOURCE_DIR}/examples --docs=${PROJECT_SOURCE_DIR}/docs
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/modules/update_readme.py
  COMMENT "Writing docs/ and the modules' README tables"
  VERBATIM)

# Fixes in place what a tool can fix, and fails if there was anything to fix.
add_custom_target(check
  COMMAND ${PROJECT_SOURCE_DIR}/script/check $<TARGET_FILE:spcs-docs>
  USES_TERMINAL
  VERBATIM)
add_dependencies(check spcs-docs)

# The release of this version, in build/<preset>/package; only a static binary is worth one.
if(SPCS_STATIC)
  add_custom_target(package
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/cmake/package.py
      --binary=$<TARGET_FILE:terraform-provider-spcs> --version=${PROJECT_VERSION}
      --out=${PROJECT_BINARY_DIR}/package --refuse-path=${PROJECT_SOURCE_DIR}
    VERBATIM)
  add_dependencies(package terraform-provider-spcs)
endif()
