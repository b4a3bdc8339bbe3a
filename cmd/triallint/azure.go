package main

import (
	"path"
	"strconv"
	"strings"

	"github.com/trialweave/trialweave/report/formats"
)

// azureBuild identifies the run to GitHub Advanced Security for Azure DevOps,
// by the variables that a pipeline there sets; elsewhere it is empty.
func azureBuild(env func(string) string) formats.Automation {
	definition, err := strconv.Atoi(env("SYSTEM_DEFINITIONID"))
	phase := env("SYSTEM_PHASEID")
	if env("TF_BUILD") == "" || err != nil || phase == "" {
		return formats.Automation{}
	}
	const prefix = "azuredevops/pipeline/build/"
	organisation := path.Base(strings.TrimSuffix(env("SYSTEM_COLLECTIONURI"), "/"))
	branch := strings.TrimPrefix(env("BUILD_SOURCEBRANCH"), "refs/heads/")
	return formats.Automation{
		ID: prefix + strings.Join([]string{organisation, env("SYSTEM_TEAMPROJECT"), strconv.Itoa(definition), phase, strings.ReplaceAll(branch, "/", "-"), env("BUILD_BUILDID")}, "/"),
		Properties: map[string]any{
			prefix + "buildDefinitionId": definition, prefix + "buildDefinitionName": env("BUILD_DEFINITIONNAME"),
			prefix + "phaseId": phase, prefix + "phaseName": env("SYSTEM_PHASENAME"),
		},
	}
}
