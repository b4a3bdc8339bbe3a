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
			Diagnostics struct {
				Related bool `json:"relatedInformation"`
			} `json:"publishDiagnostics"`
			Symbols struct {
				Nested bool `json:"hierarchicalDocumentSymbolSupport"`
			} `json:"documentSymbol"`
		} `json:"textDocument"`
	} `json:"capabilities"`
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
