package languageserver

import "path"

// initialize begins a session.
func (s *server) initialize(p *initializeParams) (any, error) {
	s.client, s.state = *p, running
	s.encoding = chooseEncoding(p.Capabilities.General.PositionEncodings)
	folders := p.Folders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []folderParams{{URI: p.RootURI}}
	}
	if len(folders) == 0 && p.RootPath != "" {
		folders = []folderParams{{URI: uriOf(p.RootPath)}}
	}
	for _, f := range folders {
		if err := s.addFolder(f.URI); err != nil {
			s.say(err.Error())
		}
	}
	return map[string]any{
		"capabilities": s.capabilities(),
		"serverInfo":   map[string]string{"name": "triallint", "version": s.opts.Version},
	}, nil
}

// capabilities is what the server can do.
func (s *server) capabilities() map[string]any {
	out := map[string]any{
		"positionEncoding":       s.encoding,
		"textDocumentSync":       map[string]any{"openClose": true, "change": 2, "save": map[string]bool{"includeText": false}},
		"hoverProvider":          true,
		"definitionProvider":     true,
		"referencesProvider":     true,
		"documentSymbolProvider": true,
		"renameProvider":         map[string]bool{"prepareProvider": true},
		"codeActionProvider":     map[string][]string{"codeActionKinds": {"quickfix"}},
		"completionProvider":     map[string][]string{"triggerCharacters": {":", " ", "#", "/", "'", "\""}},
		"executeCommandProvider": map[string][]string{"commands": {explainCommand}},
		"workspace":              map[string]any{"workspaceFolders": map[string]any{"supported": true, "changeNotifications": true}},
	}
	if s.pulls() {
		out["diagnosticProvider"] = map[string]any{"identifier": "triallint", "interFileDependencies": true, "workspaceDiagnostics": false}
	}
	return out
}

// initialized asks for what must be asked for after the start, and judges the folders.
func (s *server) initialized(*struct{}) (any, error) {
	if s.client.Capabilities.Workspace.WatchedFiles.Dynamic {
		var watchers []map[string]string
		for _, glob := range []string{"**/*.{yaml,yml,json,jsonld,js,mjs,cjs,lock}", "**/.gitignore"} {
			watchers = append(watchers, map[string]string{"globPattern": glob})
		}
		registration := map[string]any{"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": map[string]any{"watchers": watchers}}
		if err := s.request("client/registerCapability", map[string]any{"registrations": []any{registration}}); err != nil {
			return nil, err
		}
	}
	s.later()
	return nil, nil
}

func (s *server) shutdown(*struct{}) (any, error) {
	s.state = shutDown
	s.calm.Stop()
	return nil, nil
}

// say shows a message to the user.
func (s *server) say(text string) {
	const warning = 2
	_ = s.wire.notify("window/showMessage", map[string]any{"type": warning, "message": "triallint: " + text})
}

// later judges the documents when nothing has changed for a while.
func (s *server) later() { s.calm.Reset(s.delay) }

func (s *server) didChangeFolders(p *foldersParams) (any, error) {
	for _, f := range p.Event.Removed {
		s.removeFolder(f.URI)
	}
	for _, f := range p.Event.Added {
		if err := s.addFolder(f.URI); err != nil {
			s.say(err.Error())
		}
	}
	for _, b := range s.buffers {
		s.place(b)
	}
	s.later()
	return nil, nil
}

// buffer is a document that is open in the editor.
type buffer struct {
	uri, file string
	version   *int
	text      string
	// root is the folder that the document is judged in, and name its name there; nil
	// for what is not a file.
	root *root
	name string
}

func (s *server) didOpen(p *openParams) (any, error) {
	d := p.Document
	file, _ := fileOf(d.URI)
	b := &buffer{uri: d.URI, file: file, version: d.Version, text: d.Text}
	s.buffers[d.URI] = b
	s.place(b)
	s.later()
	return nil, nil
}

// place finds the folder of a buffer, and makes its text that of the file.
func (s *server) place(b *buffer) {
	if b.root != nil {
		b.root.session.Unset(b.name)
	}
	b.root, b.name = nil, ""
	if b.file == "" {
		return
	}
	b.root = s.rootFor(b.file)
	if b.root != nil {
		b.name = b.root.nameOf(b.file)
		b.root.set(b.name, b.text)
	}
}

func (s *server) didChange(p *changeParams) (any, error) {
	b := s.buffers[p.Document.URI]
	if b == nil {
		return nil, nil
	}
	b.text = s.encoding.after(b.text, p.Changes)
	b.version = p.Document.Version
	if b.root != nil {
		b.root.set(b.name, b.text)
	}
	s.later()
	return nil, nil
}

// didSave judges everything again: files changed.
func (s *server) didSave(*struct{}) (any, error) {
	for _, r := range s.roots {
		r.changed()
	}
	s.later()
	if s.pulls() && s.client.Capabilities.Workspace.Pull.Refresh {
		return nil, s.request("workspace/diagnostic/refresh", nil)
	}
	return nil, nil
}

func (s *server) didClose(p *openParams) (any, error) {
	b := s.buffers[p.Document.URI]
	if b == nil {
		return nil, nil
	}
	delete(s.buffers, b.uri)
	if r := b.root; r != nil {
		r.session.Unset(b.name)
		r.changed()
		if r.passing && !s.inUse(r) {
			s.dropRoot(r)
		}
	}
	s.later()
	return nil, nil
}

func (s *server) inUse(r *root) bool {
	for _, b := range s.buffers {
		if b.root == r {
			return true
		}
	}
	return false
}

// bufferOf returns the open document of a file, nil where it is not open.
func (s *server) bufferOf(r *root, name string) *buffer {
	for _, b := range s.buffers {
		if b.root == r && b.name == path.Clean(name) {
			return b
		}
	}
	return nil
}
