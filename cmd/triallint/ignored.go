package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/trialweave/trialweave/lint"
)

// config reads the configuration of the workspace, with the ignore files of git
// that lie above it.
func (w *workspace) config() (*lint.Config, error) {
	config, err := lint.ReadConfig(w.files)
	if err == nil {
		config.IgnoreFiles = ignoreFiles(w.root)
	}
	return config, err
}

// ignoreFiles reads what git ignores in a folder beside the .gitignore files in
// it: .git/info/exclude, and the .gitignore of the folders above, up to the top
// of the repository. The topmost comes first.
func ignoreFiles(root string) (out []lint.IgnoreFile) {
	var above []lint.IgnoreFile
	for dir := root; ; dir = filepath.Dir(dir) {
		below, err := filepath.Rel(dir, root)
		if err != nil {
			return nil
		}
		below = filepath.ToSlash(below)
		if text, err := os.ReadFile(filepath.Join(dir, ".gitignore")); err == nil && dir != root {
			above = append([]lint.IgnoreFile{{Below: below, Text: text}}, above...)
		}
		if folder := gitFolder(dir); folder != "" {
			if text, err := os.ReadFile(filepath.Join(folder, "info", "exclude")); err == nil {
				out = append(out, lint.IgnoreFile{Below: below, Text: text})
			}
			return append(out, above...)
		}
		if dir == filepath.Dir(dir) {
			return nil // no repository: nothing above counts
		}
	}
}

// gitFolder is git's own folder of a working tree whose top a folder is; that
// of a further working tree is named by a file.
func gitFolder(dir string) string {
	git := filepath.Join(dir, ".git")
	info, err := os.Stat(git)
	switch {
	case err != nil:
		return ""
	case info.IsDir():
		return git
	}
	text, err := os.ReadFile(git)
	if err != nil {
		return ""
	}
	folder := strings.TrimSpace(strings.TrimPrefix(string(text), "gitdir:"))
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(dir, folder)
	}
	if common, err := os.ReadFile(filepath.Join(folder, "commondir")); err == nil {
		return filepath.Join(folder, strings.TrimSpace(string(common)))
	}
	return folder
}
