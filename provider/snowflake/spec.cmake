# Names of objects, the service specification, quantities and instance families: plain values, no connection.
spcs_library(spcs_service_spec
  SRCS identifier.cc quantity.cc instance_family.cc node_credits.cc service_spec_yaml.cc service_spec_parse.cc service_spec_render.cc
    service_spec_check.cc service_spec_check_parts.cc service_spec_check_resources.cc service_spec_compare.cc service_spec_reconcile.cc
  DEPS spcs_base spcs_dep_yaml)

spcs_test(spcs_service_spec_test
  SRCS quantity_test.cc instance_family_test.cc node_credits_test.cc service_spec_parse_test.cc service_spec_render_test.cc
    service_spec_check_test.cc service_spec_reconcile_test.cc service_spec_setup_test.cc
  DEPS spcs_service_spec)
