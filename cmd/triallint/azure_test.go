package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trialweave/trialweave/report/formats"
)

// TestAzureBuild holds how a run is identified in a pipeline of Azure, and that
// it is not elsewhere.
func TestAzureBuild(t *testing.T) {
	variables := map[string]string{
		"TF_BUILD": "True", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/shop/", "SYSTEM_TEAMPROJECT": "apis", "SYSTEM_DEFINITIONID": "7",
		"BUILD_DEFINITIONNAME": "lint", "SYSTEM_PHASEID": "6ff0ff68-2c07-5b5c-8b44-3a1d4a5c4f10", "SYSTEM_PHASENAME": "Job", "BUILD_SOURCEBRANCH": "refs/heads/a/b", "BUILD_BUILDID": "42",
	}
	want := formats.Automation{
		ID: "azuredevops/pipeline/build/shop/apis/7/6ff0ff68-2c07-5b5c-8b44-3a1d4a5c4f10/a-b/42",
		Properties: map[string]any{
			"azuredevops/pipeline/build/buildDefinitionId": 7, "azuredevops/pipeline/build/buildDefinitionName": "lint",
			"azuredevops/pipeline/build/phaseId": "6ff0ff68-2c07-5b5c-8b44-3a1d4a5c4f10", "azuredevops/pipeline/build/phaseName": "Job",
		},
	}
	if diff := cmp.Diff(want, azureBuild(func(name string) string { return variables[name] })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(formats.Automation{}, azureBuild(func(string) string { return "" })); diff != "" {
		t.Errorf("elsewhere (-want +got):\n%s", diff)
	}
}
