module spcs/bench

go 1.25.0

require (
	github.com/hashicorp/terraform-plugin-go v0.31.0
	google.golang.org/grpc v1.79.2
	google.golang.org/protobuf v1.36.11
)
