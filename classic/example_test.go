package classic_test

import (
	"fmt"
	"strings"

	"github.com/trialweave/trialweave/classic"
)

func ExampleFromXML() {
	study, err := classic.FromXML(nil, []byte(`<clinical_study>
	  <id_info><nct_id>NCT99990001</nct_id></id_info>
	  <overall_status>Active, not recruiting</overall_status>
	  <start_date>March 2007</start_date>
	  <phase>Phase 2/Phase 3</phase>
	</clinical_study>`))
	fmt.Println(string(study), err)
	// Output: {"protocolSection":{"identificationModule":{"nctId":"NCT99990001"},"statusModule":{"overallStatus":"ACTIVE_NOT_RECRUITING","startDateStruct":{"date":"2007-03"}},"designModule":{"phases":["PHASE2","PHASE3"]}},"hasResults":false} <nil>
}

func ExampleFromJSON() {
	response := `{"FullStudy":{"Rank":1,"Study":{"ProtocolSection":{
	  "IdentificationModule":{"NCTId":"NCT99990001"},
	  "ConditionsModule":{"ConditionList":{"Condition":["Asthma"]}}}}}}`
	for study, err := range classic.FromJSON([]byte(response)) {
		fmt.Println(string(study.JSON), err)
	}
	// Output: {"protocolSection":{"identificationModule":{"nctId":"NCT99990001"},"conditionsModule":{"conditions":["Asthma"]}},"hasResults":false} <nil>
}

func ExampleNewTable() {
	table, fault := classic.NewTable(strings.NewReader("NCT Number,Conditions\nNCT99990001,Asthma|Hay Fever\n"), 0)
	if fault != nil {
		fmt.Println(fault)
		return
	}
	study, err := table.Next()
	fmt.Println(string(study.JSON), err)
	// Output: {"protocolSection":{"identificationModule":{"nctId":"NCT99990001"},"conditionsModule":{"conditions":["Asthma","Hay Fever"]}}} <nil>
}
