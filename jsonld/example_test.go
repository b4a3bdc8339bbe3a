package jsonld_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/trialweave/trialweave/jsonld"
)

func ExampleEngine_NewConverter() {
	engine, err := jsonld.NewEngine(&jsonld.Options{Profile: jsonld.Core})
	if err != nil {
		log.Fatal(err)
	}
	study := []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990000","briefTitle":"Night shifts"}}}`)
	var out jsonld.Output
	for name, converter := range map[string]*jsonld.Converter{"compiled": engine.NewConverter(), "json-gold": engine.NewReference()} {
		out.Reset()
		if err := converter.Convert(study, &out); err != nil {
			log.Fatal(err)
		}
		if !bytes.Contains(out.Record, []byte(`<https://schema.org/name> "Night shifts"`)) {
			fmt.Println(name, "lost the title")
		}
	}
	fmt.Println(out.Quads, "quads")
	// Output: 3 quads
}
