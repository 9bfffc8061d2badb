# SPDX-License-Identifier: MPL-2.0

# Left alone, Ray picks most of its ports at random. Between services only declared ports are open, so every port that
# another node calls is pinned here, passed to `ray start` and declared as TCP: HTTP, the default, would be wrong.

locals {
  gcs_port    = 6379
  client_port = 10001

  # The same on every node. Worker processes get two hundred ports, which is plenty for a node with one replica.
  node_ports = {
    node-manager      = 6380
    object-manager    = 6381
    runtime-env-agent = 6382
    metrics-export    = 6383
    agent-grpc        = 6384
    agent-http        = 52365
  }
  worker_ports = { first = 10100, last = 10299 }

  node_args = [
    "--node-manager-port=${local.node_ports["node-manager"]}",
    "--object-manager-port=${local.node_ports["object-manager"]}",
    "--runtime-env-agent-port=${local.node_ports["runtime-env-agent"]}",
    "--metrics-export-port=${local.node_ports["metrics-export"]}",
    "--dashboard-agent-grpc-port=${local.node_ports["agent-grpc"]}",
    "--dashboard-agent-listen-port=${local.node_ports["agent-http"]}",
    "--min-worker-port=${local.worker_ports.first}",
    "--max-worker-port=${local.worker_ports.last}",
    "--temp-dir=${local.ray_tmp_path}",
  ]

  node_endpoints = merge(
    { for name, port in local.node_ports : name => { port = port, protocol = "TCP" } },
    { ray-workers = { port_range = "${local.worker_ports.first}-${local.worker_ports.last}", protocol = "TCP" } },
  )
}
