package registry_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"

	"github.com/trialweave/trialweave/registry"
	"github.com/trialweave/trialweave/registry/registrytest"
)

func ExampleClient_Fetch() {
	mirror := httptest.NewServer(registrytest.New(studies(25)))
	defer mirror.Close()
	dir, err := os.MkdirTemp("", "fetch")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	client, err := registry.New(&registry.Options{BaseURL: mirror.URL + "/api/v2", PerMinute: -1})
	if err != nil {
		fmt.Println(err)
		return
	}
	query, err := registry.NewQuery(map[string]string{"query.cond": "asthma", "filter.overallStatus": "RECRUITING"})
	if err != nil {
		fmt.Println(err)
		return
	}
	snapshot, err := client.Fetch(context.Background(), query, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(snapshot.Studies, "studies of", snapshot.Version.Data)
	// Output: 5 studies of 2026-01-01T09:00:05
}

func ExampleNewQuery() {
	_, err := registry.NewQuery(map[string]string{"filter.overallStatus": "Recruiting"})
	fmt.Println(err != nil)
	query, err := registry.NewQuery(map[string]string{"query.cond": "lung cancer"})
	fmt.Println(query, err)
	// Output:
	// true
	// query.cond=lung+cancer <nil>
}
