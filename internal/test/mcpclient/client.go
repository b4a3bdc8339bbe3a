//go:build !lean

package mcpclient

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// InProcess connects a client to a server of this process.
func InProcess(t *testing.T, server *mcp.Server) *mcp.ClientSession {
	t.Helper()
	ours, theirs := mcp.NewInMemoryTransports()
	if _, err := server.Connect(t.Context(), ours, nil); err != nil {
		t.Fatal(err)
	}
	return connect(t, theirs)
}

// Start starts a command, and connects a client to it.
func Start(t *testing.T, command *exec.Cmd) *mcp.ClientSession {
	t.Helper()
	return connect(t, &mcp.CommandTransport{Command: command})
}

func connect(t *testing.T, to mcp.Transport) *mcp.ClientSession {
	t.Helper()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), to, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

// Call calls a tool, and returns the text of its answer, which is that of its
// structure, and whether it is an error.
func Call(t *testing.T, session *mcp.ClientSession, name string, arguments map[string]any) (string, bool) {
	t.Helper()
	result, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if result.IsError {
		text, ok := result.Content[0].(*mcp.TextContent)
		if !ok {
			t.Fatalf("%s: the error is a %T, expected a text", name, result.Content[0])
		}
		return text.Text, true
	}
	structured, err := json.Marshal(result.StructuredContent)
	if err != nil || string(structured) == "null" {
		t.Errorf("%s: no structure: %v", name, err)
	}
	return string(structured), false
}
