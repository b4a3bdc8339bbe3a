package pipeline

import (
	"context"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// Beam finds steps and the types of their elements by name, in a process that
// it has started itself: it asks that they are registered before main runs.
func init() { //nolint:gochecknoinits // Beam leaves no other way
	register.DoFn3x1[context.Context, []byte, func(string), error](&listFn{})
	register.DoFn4x1[context.Context, string, func(int, piece), func(string, block), error](&cutFn{})
	register.DoFn4x1[int, func(*piece) bool, func(string, work), func(int, work), error](&planFn{})
	register.DoFn5x1[context.Context, string, func(*work) bool, func(*block) bool, func(int, sightings), error](&scanFn{})
	register.Function3x0(supersede)
	register.DoFn10x1[context.Context, string, func(*work) bool, func(*block) bool, func(*place) bool, func(int, []byte), func(int, []byte), func(int, reject), func(int, tallies), func(string, string), error](&convertFn{})
	register.DoFn3x0[string, func(*string) bool, func(int, []byte)](&revisionsFn{})
	register.DoFn6x1[context.Context, int, func(*work) bool, func(*[]byte) bool, func(int, []byte), func(int, tallies), error](&sharedFn{})
	register.DoFn4x1[context.Context, int, func(*reject) bool, func(int, int), error](&rejectsFn{})
	register.Combiner1[tallies](&sumFn{})
	register.DoFn4x1[context.Context, int, tallies, func(int, int), error](&voidFn{})
	register.DoFn5x1[context.Context, int, func(*[]byte) bool, func(*int) bool, func(*int) bool, error](&resultFn{})

	for _, t := range []reflect.Type{
		reflect.TypeFor[piece](), reflect.TypeFor[work](), reflect.TypeFor[block](), reflect.TypeFor[version](),
		reflect.TypeFor[place](), reflect.TypeFor[reject](), reflect.TypeFor[tallies](), reflect.TypeFor[sightings](),
	} {
		beam.RegisterType(t)
	}
	register.Emitter1[string]()
	register.Emitter2[int, piece]()
	register.Emitter2[string, block]()
	register.Emitter2[string, work]()
	register.Emitter2[int, work]()
	register.Emitter2[int, sightings]()
	register.Emitter2[string, place]()
	register.Emitter2[int, []byte]()
	register.Emitter2[int, reject]()
	register.Emitter2[int, tallies]()
	register.Emitter2[string, string]()
	register.Emitter2[int, int]()
	register.Iter1[piece]()
	register.Iter1[work]()
	register.Iter1[block]()
	register.Iter1[sightings]()
	register.Iter1[place]()
	register.Iter1[reject]()
	register.Iter1[string]()
	register.Iter1[[]byte]()
	register.Iter1[int]()
}
