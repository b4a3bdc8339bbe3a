package script

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"
)

// The places that modules are of.
const (
	ofFolder = "functions" // files of the folder of functions
	ofHost   = "host"      // packages that are served
)

// served are the packages that functions can import.
var served = map[string]string{
	"@stoplight/spectral-core":      coreModule,
	"@stoplight/spectral-functions": functionsModule,
	"@stoplight/spectral-formats":   formatsModule,
}

// hostName is the name of what the served packages are made of.
const hostName = "__triallint"

const coreModule = `
const host = globalThis.` + hostName + `;
export class RulesetValidationError extends Error {
  constructor(code, message, path) { super(message); this.name = "RulesetValidationError"; this.code = code; this.path = path; }
}
export function createRulesetFunction({ input, errorOnInvalidInput = false, options }, fn) {
  const name = fn.name || "<unknown>";
  const wrapped = function (value, given, ...rest) {
    if (input !== null && host.invalid(input, value) !== undefined) {
      if (!errorOnInvalidInput) return undefined;
      return [{ message: typeof input === "object" && typeof input.errorMessage === "string" ? input.errorMessage : "invalid input" }];
    }
    wrapped.validator(given);
    return fn(value, given, ...rest);
  };
  Object.defineProperty(wrapped, "name", { value: fn.name });
  wrapped.validator = (given) => {
    if (options === null) {
      if (given !== null && given !== undefined) throw new RulesetValidationError("invalid-function-options", "\"" + name + "\" function does not accept any options", ["functionOptions"]);
      return;
    }
    const fault = host.invalid(options, given);
    if (fault !== undefined) throw new RulesetValidationError("invalid-function-options", "its options are invalid: " + fault, ["functionOptions"]);
  };
  Object.defineProperty(wrapped, "schemas", { enumerable: false, value: { input, options } });
  return wrapped;
}
export default { createRulesetFunction, RulesetValidationError };
`

const functionsModule = `
const host = globalThis.` + hostName + `;
const make = (name) => {
  const f = (value, options, context) => host.core(name, value, options, context);
  Object.defineProperty(f, "name", { value: name });
  f.validator = (options) => host.check(name, options);
  return f;
};
export const alphabetical = make("alphabetical"), casing = make("casing"), defined = make("defined"), enumeration = make("enumeration"),
  falsy = make("falsy"), length = make("length"), or = make("or"), pattern = make("pattern"), schema = make("schema"),
  truthy = make("truthy"), unreferencedReusableObject = make("unreferencedReusableObject"), xor = make("xor");
const missing = make("undefined");
export { missing as undefined };
export default { alphabetical, casing, defined, enumeration, falsy, length, or, pattern, schema, truthy, undefined: missing, unreferencedReusableObject, xor };
`

const formatsModule = `
const formats = globalThis.` + hostName + `.formats;
export const oas2 = formats.oas2, oas3 = formats.oas3, oas3_0 = formats.oas3_0, oas3_1 = formats.oas3_1,
  asyncapi2 = formats.asyncapi2, aas2 = formats.asyncapi2, asyncapi3 = formats.asyncapi3, aas3 = formats.asyncapi3,
  jsonSchema = formats.jsonSchema, jsonSchemaDraft4 = formats.jsonSchemaDraft4, jsonSchemaDraft6 = formats.jsonSchemaDraft6,
  jsonSchemaDraft7 = formats.jsonSchemaDraft7, jsonSchemaDraft2019_09 = formats.jsonSchemaDraft2019_09, jsonSchemaDraft2020_12 = formats.jsonSchemaDraft2020_12,
  arazzo1_0 = formats.arazzo1_0;
export default formats;
`

// bundle makes one program of a file and what it imports.
func (p *process) bundle(file string) (*goja.Program, error) {
	if made, ok := p.programs[file]; ok {
		return made, nil
	}
	_, name := folderOf(file)
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: fmt.Sprintf("import f from %q;\nglobalThis.%s.take(f);\n", "./"+name, hostName), Sourcefile: "the rule", Loader: api.LoaderJS},
		Bundle: true, Write: false, Format: api.FormatIIFE, Target: api.ES2017, Platform: api.PlatformNeutral, LogLevel: api.LogLevelSilent,
		Plugins: []api.Plugin{{Name: ofFolder, Setup: func(b api.PluginBuild) {
			b.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) { return p.resolve(file, args) })
			b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: ofHost}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
				text := served[args.Path]
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
			})
			b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: ofFolder}, func(args api.OnLoadArgs) (api.OnLoadResult, error) { return p.loadFile(file, args.Path) })
		}}},
	})
	if len(result.Errors) > 0 {
		return nil, bundleError(result.Errors[0])
	}
	made, err := goja.Compile(name, string(result.OutputFiles[0].Contents), false)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be compiled: %s", name, shortened(err.Error()))
	}
	if len(p.programs) >= maxFiles {
		clear(p.programs)
	}
	p.programs[file] = made
	return made, nil
}

// bundleError says what is wrong with a module, and where.
func bundleError(m api.Message) error {
	text := shortened(m.Text)
	if m.Location != nil && m.Location.File != "" && m.Location.File != "the rule" {
		text = fmt.Sprintf("%s:%d: %s", strings.TrimPrefix(m.Location.File, ofFolder+":"), m.Location.Line, text)
	}
	return errors.New(strings.ReplaceAll(text, `"`+ofFolder+`:`, `"`))
}

// folderOf splits the name of a file, NUMBER:FILE, into the number of its folder
// and its name there.
func folderOf(file string) (folder, name string) {
	folder, name, _ = strings.Cut(file, ":")
	return folder, name
}

// resolve finds what an import means: a served package, or a file of the folder.
func (p *process) resolve(entry string, args api.OnResolveArgs) (api.OnResolveResult, error) {
	if _, ok := served[args.Path]; ok {
		return api.OnResolveResult{Path: args.Path, Namespace: ofHost}, nil
	}
	if !strings.HasPrefix(args.Path, "./") && !strings.HasPrefix(args.Path, "../") && args.Path != "." && args.Path != ".." {
		return api.OnResolveResult{}, fmt.Errorf("%q cannot be imported: functions have files of their folder, @stoplight/spectral-core, @stoplight/spectral-functions and @stoplight/spectral-formats", args.Path)
	}
	name := path.Join(path.Dir(args.Importer), args.Path)
	if args.Namespace != ofFolder {
		name = path.Join(args.Path)
	}
	if name == ".." || strings.HasPrefix(name, "../") || strings.HasPrefix(name, "/") {
		return api.OnResolveResult{}, fmt.Errorf("%q leads out of the folder of functions", args.Path)
	}
	for _, suffix := range []string{"", ".js", ".cjs", ".mjs", ".json", "/index.js"} {
		if path.Ext(name+suffix) == "" {
			continue
		}
		text, found, err := p.file(entry, name+suffix)
		if err != nil {
			return api.OnResolveResult{}, err
		}
		if found {
			return api.OnResolveResult{Path: name + suffix, Namespace: ofFolder, PluginData: text}, nil
		}
	}
	return api.OnResolveResult{}, fmt.Errorf("there is no file %q in the folder of functions", name)
}

// loadFile reads a file of the folder.
func (p *process) loadFile(entry, name string) (api.OnLoadResult, error) {
	text, found, err := p.file(entry, name)
	if err == nil && !found {
		err = fmt.Errorf("there is no file %q in the folder of functions", name)
	}
	if err != nil {
		return api.OnLoadResult{}, err
	}
	loader := api.LoaderJS
	if path.Ext(name) == ".json" {
		loader = api.LoaderJSON
	}
	return api.OnLoadResult{Contents: &text, Loader: loader}, nil
}

// file asks the host for a file, once.
func (p *process) file(entry, name string) (text string, found bool, err error) {
	p.asking.Lock()
	defer p.asking.Unlock()
	folder, _ := folderOf(entry)
	key := folder + ":" + name
	if known, ok := p.files[key]; ok {
		return known.Text, known.Found, nil
	}
	if err := p.answer(response{Read: key}); err != nil {
		return "", false, err
	}
	answer, ok := <-p.requests
	if !ok || answer.Do != "file" {
		return "", false, errors.New("the host does not answer")
	}
	p.files[key] = *answer
	return answer.Text, answer.Found, nil
}

const maxShown = 300

// shortened is the beginning of a text that a function made, in one line.
func shortened(text string) string {
	runes := []rune(strings.Join(strings.Fields(text[:min(len(text), 8*maxShown)]), " "))
	if len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return string(runes)
}
