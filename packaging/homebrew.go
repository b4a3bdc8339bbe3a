package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// formula writes the formula of a command for Homebrew: the archives for macOS and
// Linux, by their hashes.
func (r *release) formula(command string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "class %s < Formula\n  desc %q\n  homepage %q\n  version %q\n  license \"Apache-2.0\"\n", strings.ToUpper(command[:1])+command[1:], summaries[command], home, r.version)
	for _, system := range []struct{ os, block string }{{"darwin", "on_macos"}, {"linux", "on_linux"}} {
		var parts []string
		for _, arch := range []struct{ name, block string }{{"arm64", "on_arm"}, {"amd64", "on_intel"}} {
			if !slices.Contains(r.platforms, platform{system.os, arch.name}) {
				continue
			}
			name := command + "_" + system.os + "_" + arch.name + ".tar.gz"
			data, err := os.ReadFile(filepath.Join(r.out, name))
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			parts = append(parts, fmt.Sprintf("    %s do\n      url %q\n      sha256 %q\n    end\n", arch.block, home+"/releases/download/v"+r.version+"/"+name, hex.EncodeToString(sum[:])))
		}
		if len(parts) > 0 {
			fmt.Fprintf(&b, "\n  %s do\n%s  end\n", system.block, strings.Join(parts, "\n"))
		}
	}
	fmt.Fprintf(&b, `
  def install
    bin.install %[1]q
    man1.install "share/%[1]s.1"
    bash_completion.install "share/%[1]s.bash" => %[1]q
    zsh_completion.install "share/_%[1]s"
    fish_completion.install "share/%[1]s.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/%[1]s --version")
  end
end
`, command)
	return r.write("homebrew/"+command+".rb", []byte(b.String()))
}
