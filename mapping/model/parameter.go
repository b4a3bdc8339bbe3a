package model

import (
	"fmt"
	"strconv"
)

// limits are the least and the greatest value of the parameters of the bundled
// questions that have some.
var limits = map[string][2]float64{
	"latitude": {-90, 90}, "south": {-90, 90}, "north": {-90, 90},
	"longitude": {-180, 180}, "west": {-180, 180}, "east": {-180, 180},
	"alpha": {0, 1},
}

// atLeastZero are the parameters of the bundled questions that are distances and
// ages.
var atLeastZero = map[string]bool{"within": true, "under": true}

// CheckParameter returns an error where a value of a parameter of the bundled
// questions is a number out of range, such as a latitude of 142: the question would
// find nothing.
func CheckParameter(name, value string) error {
	number, err := strconv.ParseFloat(value, 64)
	isNumber := err == nil // a term of another kind is an error of its own
	if between, ok := limits[name]; ok && isNumber && !(number >= between[0] && number <= between[1]) {
		return fmt.Errorf("%s=%s: expected a number from %v to %v", name, value, between[0], between[1])
	}
	if atLeastZero[name] && isNumber && !(number >= 0) {
		return fmt.Errorf("%s=%s: expected a number of 0 or more", name, value)
	}
	return nil
}
