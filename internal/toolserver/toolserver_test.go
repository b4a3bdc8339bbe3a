//go:build !lean

package toolserver_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/trialweave/trialweave/internal/toolserver"
)

// TestTimeout holds that a call that does not notice that its time is over is answered
// all the same, and that the next one is answered, too.
func TestTimeout(t *testing.T) {
	s := toolserver.New(toolserver.Options{Name: "t", Version: "1", Timeout: 50 * time.Millisecond})
	stuck := make(chan struct{})
	defer close(stuck)
	type none struct{}
	toolserver.Add(s, toolserver.Tool{Name: "stuck"}, func(context.Context, none) (none, error) {
		<-stuck
		return none{}, nil
	})
	here, there := mcp.NewInMemoryTransports()
	server, err := s.MCP.Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }() // the test is over
	client, err := mcp.NewClient(&mcp.Implementation{Name: "c", Version: "1"}, nil).Connect(t.Context(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }() // the test is over
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		got, err := client.CallTool(ctx, &mcp.CallToolParams{Name: "stuck"})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := got.Content[0].(*mcp.TextContent)
		if !got.IsError || text == nil || !strings.Contains(text.Text, "the call takes longer than 50ms") {
			t.Fatalf("%+v", got)
		}
	}
}
