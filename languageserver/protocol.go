package languageserver

// The types of the protocol that are used, with the fields that are.

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

func (p position) before(o position) bool {
	return p.Line < o.Line || p.Line == o.Line && p.Character < o.Character
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

// touches reports whether two spans have a place in common.
func (s span) touches(o span) bool { return !s.End.before(o.Start) && !o.End.before(s.Start) }

type location struct {
	URI   string `json:"uri"`
	Range span   `json:"range"`
}

type folderParams struct {
	URI  string `json:"uri"`
	Name string `json:"name"`
}

type initializeParams struct {
	RootURI  string         `json:"rootUri"`
	RootPath string         `json:"rootPath"`
	Folders  []folderParams `json:"workspaceFolders"`

	Capabilities struct {
		General struct {
			PositionEncodings []string `json:"positionEncodings"`
		} `json:"general"`
		Workspace struct {
			WatchedFiles struct {
				Dynamic bool `json:"dynamicRegistration"`
			} `json:"didChangeWatchedFiles"`
			Pull struct {
				Refresh bool `json:"refreshSupport"`
			} `json:"diagnostics"`
			Edit struct {
				DocumentChanges bool `json:"documentChanges"`
			} `json:"workspaceEdit"`
		} `json:"workspace"`
		Window struct {
			Show struct {
				Support bool `json:"support"`
			} `json:"showDocument"`
		} `json:"window"`
		Text struct {
			Diagnostics *diagnosticSupport `json:"publishDiagnostics"`
			Pull        *diagnosticSupport `json:"diagnostic"`
			Symbols     struct {
				Nested bool `json:"hierarchicalDocumentSymbolSupport"`
			} `json:"documentSymbol"`
		} `json:"textDocument"`
	} `json:"capabilities"`
}

type diagnosticSupport struct {
	Related bool `json:"relatedInformation"`
}

type documentParams struct {
	URI     string `json:"uri"`
	Version *int   `json:"version"`
	Text    string `json:"text"`
}

type openParams struct {
	Document documentParams `json:"textDocument"`
}

type changeParams struct {
	Document documentParams `json:"textDocument"`
	Changes  []contentEdit  `json:"contentChanges"`
}

// contentEdit replaces a span of a document, or all of it.
type contentEdit struct {
	Range *span  `json:"range"`
	Text  string `json:"text"`
}

type foldersParams struct {
	Event struct {
		Added   []folderParams `json:"added"`
		Removed []folderParams `json:"removed"`
	} `json:"event"`
}

type placeParams struct {
	Document documentParams `json:"textDocument"`
	Position position       `json:"position"`
	NewName  string         `json:"newName"`
	Context  struct {
		Declaration bool `json:"includeDeclaration"`
	} `json:"context"`
}

type actionParams struct {
	Document documentParams `json:"textDocument"`
	Range    span           `json:"range"`
}

type commandParams struct {
	Command   string   `json:"command"`
	Arguments []string `json:"arguments"`
}

type diagnostic struct {
	Range    span             `json:"range"`
	Severity int              `json:"severity"`
	Code     string           `json:"code,omitempty"`
	About    *codeDescription `json:"codeDescription,omitempty"`
	Source   string           `json:"source"`
	Message  string           `json:"message"`
	Related  []related        `json:"relatedInformation,omitempty"`
}

type codeDescription struct {
	Href string `json:"href"`
}

type related struct {
	Location location `json:"location"`
	Message  string   `json:"message"`
}

type diagnosticsParams struct {
	URI         string       `json:"uri"`
	Version     *int         `json:"version,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type pullParams struct {
	Document documentParams `json:"textDocument"`
	Previous string         `json:"previousResultId"`
}

// pullResult has the diagnostics of a document, but where the client has them already.
type pullResult struct {
	Kind  string        `json:"kind"`
	ID    string        `json:"resultId"`
	Items *[]diagnostic `json:"items,omitempty"`
}

type markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

type hoverResult struct {
	Contents markup `json:"contents"`
	Range    *span  `json:"range,omitempty"`
}

type textEdit struct {
	Range   span   `json:"range"`
	NewText string `json:"newText"`
}

// documentEdit is a change of a document, or with a kind the creation of a file.
type documentEdit struct {
	Kind     string           `json:"kind,omitempty"`
	URI      string           `json:"uri,omitempty"`
	Document *versionedParams `json:"textDocument,omitempty"`
	Edits    []textEdit       `json:"edits,omitempty"`
}

type versionedParams struct {
	URI     string `json:"uri"`
	Version *int   `json:"version"`
}

// workspaceEdit has changes for clients that know nothing else, and documentChanges for all
// others.
type workspaceEdit struct {
	Changes         map[string][]textEdit `json:"changes,omitempty"`
	DocumentChanges []documentEdit        `json:"documentChanges,omitempty"`
}

type codeAction struct {
	Title       string         `json:"title"`
	Kind        string         `json:"kind,omitempty"`
	Diagnostics []diagnostic   `json:"diagnostics,omitempty"`
	Preferred   bool           `json:"isPreferred,omitempty"`
	Edit        *workspaceEdit `json:"edit,omitempty"`
	Command     *command       `json:"command,omitempty"`
}

type command struct {
	Title     string   `json:"title"`
	Command   string   `json:"command"`
	Arguments []string `json:"arguments,omitempty"`
}

type completionItem struct {
	Label    string    `json:"label"`
	Kind     int       `json:"kind"`
	Detail   string    `json:"detail,omitempty"`
	Filter   string    `json:"filterText,omitempty"`
	TextEdit *textEdit `json:"textEdit,omitempty"`
}

type symbol struct {
	Name     string   `json:"name"`
	Detail   string   `json:"detail,omitempty"`
	Kind     int      `json:"kind"`
	Range    span     `json:"range"`
	Select   span     `json:"selectionRange"`
	Children []symbol `json:"children,omitempty"`
}

// flatSymbol is a symbol for clients that know no tree of them.
type flatSymbol struct {
	Name     string   `json:"name"`
	Kind     int      `json:"kind"`
	Location location `json:"location"`
	Parent   string   `json:"containerName,omitempty"`
}
