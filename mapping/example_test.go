package mapping_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/trialweave/trialweave/mapping"
	"github.com/trialweave/trialweave/rdf"
)

func ExampleEngine_NewConverter() {
	engine, err := mapping.NewEngine(&mapping.Options{Profile: mapping.Core})
	if err != nil {
		log.Fatal(err)
	}
	study := []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990000","briefTitle":"Night shifts"}}}`)
	var out mapping.Output
	for name, converter := range map[string]*mapping.Converter{"compiled": engine.NewConverter(), "json-gold": engine.NewReference()} {
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

func ExampleLocator() {
	engine, err := mapping.NewEngine(nil)
	if err != nil {
		log.Fatal(err)
	}
	study := []byte(`{"protocolSection":{"identificationModule":{"nctId":"NCT99990000"},"outcomesModule":{"primaryOutcomes":[{"measure":"Sleep"},{"measure":"Mood"}]}}}`)
	var out mapping.Output
	if err := engine.NewConverter().Convert(study, &out); err != nil {
		log.Fatal(err)
	}
	var quads []rdf.Quad
	var mood string
	for q, err := range rdf.Read(bytes.NewReader(out.Record), rdf.NQuads, nil) {
		if err != nil {
			log.Fatal(err)
		}
		quads = append(quads, q)
		if q.Object == rdf.String("Mood") {
			mood = q.Subject.Value
		}
	}
	places := mapping.NewLocator().Locate(quads)
	fmt.Println(places.Pointer(mood, "https://clinicaltrials.gov/ns/measure"))
	// Output: /protocolSection/outcomesModule/primaryOutcomes/1/measure
}
