package registry

import (
	"context"
	"encoding/json"
	"fmt"
)

// Version is what the registry says of itself: the version of its API, and the
// time of its data, which is made anew on most days.
type Version struct {
	API  string `json:"apiVersion"`
	Data string `json:"dataTimestamp"`
}

// Version asks the registry for its version.
func (c *Client) Version(ctx context.Context) (Version, error) {
	var v Version
	_, err := c.get(ctx, "version", nil, func(body []byte) error {
		v = Version{}
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("the version is damaged: %w", err)
		}
		return nil
	})
	return v, err
}
