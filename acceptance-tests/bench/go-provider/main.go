// SPDX-License-Identifier: MPL-2.0

// A provider that does nothing, on the usual Go library: what ours is measured against (../start-up).
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

type provider struct{ tfprotov6.ProviderServer }

func (provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		ServerCapabilities: &tfprotov6.ServerCapabilities{GetProviderSchemaOptional: true},
		Provider:           &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
	}, nil
}

func main() {
	make := func() tfprotov6.ProviderServer { return provider{} }
	if err := tf6server.Serve("spcs/nothing", make); err != nil {
		log.Fatal(err)
	}
}
