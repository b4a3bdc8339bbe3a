package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The parts of SPDX 2.3 that a bill of materials needs.
type (
	spdxDocument struct {
		Version       string             `json:"spdxVersion"`
		DataLicense   string             `json:"dataLicense"`
		ID            string             `json:"SPDXID"`
		Name          string             `json:"name"`
		Namespace     string             `json:"documentNamespace"`
		Creation      spdxCreation       `json:"creationInfo"`
		Packages      []spdxPackage      `json:"packages"`
		Relationships []spdxRelationship `json:"relationships"`
	}
	spdxCreation struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	}
	spdxPackage struct {
		ID        string         `json:"SPDXID"`
		Name      string         `json:"name"`
		Version   string         `json:"versionInfo"`
		Download  string         `json:"downloadLocation"`
		Analyzed  bool           `json:"filesAnalyzed"`
		Concluded string         `json:"licenseConcluded"`
		Declared  string         `json:"licenseDeclared"`
		Copyright string         `json:"copyrightText"`
		FileName  string         `json:"packageFileName,omitempty"`
		Checksums []spdxChecksum `json:"checksums,omitempty"`
		Refs      []spdxRef      `json:"externalRefs"`
	}
	spdxChecksum struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"checksumValue"`
	}
	spdxRef struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	spdxRelationship struct {
		Element string `json:"spdxElementId"`
		Type    string `json:"relationshipType"`
		Related string `json:"relatedSpdxElement"`
	}
)

const noAssertion = "NOASSERTION"

// sbom writes the bill of materials of an archive, beside it: the command and the modules
// that are linked into it, as the binary itself says.
func (r *release) sbom(b binary, archive string, data []byte) error {
	info, err := buildinfo.ReadFile(b.path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:])
	main := spdxPackage{
		ID: "SPDXRef-" + b.command, Name: b.command, Version: r.version, Download: home + "/releases/download/v" + r.version + "/" + archive,
		Concluded: "Apache-2.0", Declared: "Apache-2.0", Copyright: "Copyright The trialweave authors", FileName: archive,
		Checksums: []spdxChecksum{{"SHA256", hash}}, Refs: goRef("github.com/trialweave/trialweave", "v"+r.version),
	}
	doc := spdxDocument{
		Version: "SPDX-2.3", DataLicense: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: archive, Namespace: home + "/spdx/" + archive + "/" + hash,
		Creation:      spdxCreation{r.time.Format(time.RFC3339), []string{"Organization: The trialweave authors", "Tool: trialweave-packaging-" + r.version}},
		Packages:      []spdxPackage{main},
		Relationships: []spdxRelationship{{"SPDXRef-DOCUMENT", "DESCRIBES", main.ID}},
	}
	add := func(name, version string) {
		p := spdxPackage{
			ID: fmt.Sprintf("SPDXRef-module-%d", len(doc.Packages)), Name: name, Version: version, Download: noAssertion,
			Concluded: noAssertion, Declared: noAssertion, Copyright: noAssertion, Refs: goRef(name, version),
		}
		doc.Packages = append(doc.Packages, p)
		doc.Relationships = append(doc.Relationships, spdxRelationship{main.ID, "CONTAINS", p.ID})
	}
	add("std", strings.TrimPrefix(info.GoVersion, "go"))
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		add(m.Path, m.Version)
	}
	text, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return err
	}
	return r.write(archive+".spdx.json", append(text, '\n'))
}

// goRef is the name of a module by which lists of vulnerabilities know it.
func goRef(module, version string) []spdxRef {
	return []spdxRef{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + module + "@" + strings.ReplaceAll(version, "+", "%2B")}}
}
