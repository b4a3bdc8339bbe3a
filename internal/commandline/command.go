package commandline

import (
	"io"

	"github.com/alecthomas/kong"
)

// Completion is the command that prints the script of a shell.
type Completion struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish or powershell."`
}

// Help tells how a shell gets it.
func (Completion) Help() string {
	return `COMMAND is this command.

In ~/.bashrc: source <(COMMAND completion bash)

In ~/.zshrc: source <(COMMAND completion zsh)

In ~/.config/fish/config.fish: COMMAND completion fish | source

In $PROFILE of PowerShell: COMMAND completion powershell | Out-String | Invoke-Expression`
}

// Run prints the script.
func (c *Completion) Run(k *kong.Context) error {
	script, err := Script(c.Shell, k.Model.Name)
	if err == nil {
		_, err = io.WriteString(k.Stdout, script)
	}
	return err
}
