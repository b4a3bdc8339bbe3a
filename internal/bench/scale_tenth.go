package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// tenthOf divides the work that is not done on the whole corpus: shards, and the store.
const tenthOf = 10

// tenth converts a tenth of the corpus in two shards, which have to give the bytes of
// one run, and loads it into oxigraph by its bulk loader.
func (s *scale) tenth() error {
	corpus, parts, plan := s.path("tenth.ndjson"), s.path("parts")+string(filepath.Separator), s.path("plan.json")
	fmt.Printf("\nA tenth of the studies:\n\n%s", scaleHead)
	whole, err := s.hashed("convert to N-Quads, hashed", "convert", "--quiet", corpus)
	if err != nil {
		return err
	}
	err = s.steps(
		scaleStep{"plan two shards", "", []string{"plan", "--shards", "2", corpus, "-o", plan}},
		scaleStep{"convert the first", "", []string{"convert", "--quiet", "--plan", plan, "--shard", "0/2", "-o", parts}},
		scaleStep{"convert the second", parts, []string{"convert", "--quiet", "--plan", plan, "--shard", "1/2", "-o", parts}},
		scaleStep{"verify the parts", "", []string{"merge", "--verify", parts}},
	)
	if err != nil {
		return err
	}
	merged, err := s.hashed("merge them, hashed", "merge", parts)
	switch {
	case err != nil:
		return err
	case merged != whole:
		return fmt.Errorf("the merged parts have other bytes than one run")
	}
	fmt.Println("| … the bytes of one run | | | | |")
	if err := os.RemoveAll(parts); err != nil {
		return err
	}
	loader, err := s.oxigraph()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: oxigraph is left out: %v\n", err)
		return nil
	}
	store := s.path("oxigraph")
	return s.step("load it into a new store of oxigraph "+oxigraphVersion, store, []string{"load", "oxigraph:" + store, corpus, "--loader", loader, "--state", s.path("state")})
}

const oxigraphVersion = "0.5.13"

// oxigraph installs the store's command and returns its path.
func (s *scale) oxigraph() (string, error) {
	dir := s.path("venv")
	bin := filepath.Join(dir, "bin")
	if err := shell("python3", "-m", "venv", dir); err != nil {
		return "", err
	}
	return filepath.Join(bin, "oxigraph"), shell(filepath.Join(bin, "pip"), "install", "--quiet", "oxigraph=="+oxigraphVersion)
}

// hashed is step for a command that writes to its standard output, of which it returns
// the hash.
func (s *scale) hashed(name string, args ...string) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	err = s.row(&task{name: name, args: append([]string{s.command}, args...), out: h}, "")
	return [sha256.Size]byte(h.Sum(nil)), err
}

// kills is how many processes are killed of each that is.
const kills = 5

// killed kills what writes at moments of chance, looks whether all is as it was before
// or as it was to be, and lets it run to its end.
func (s *scale) killed(index, day string) error {
	out := s.path("killed.nq.zst")
	seed := uint64(time.Now().Unix())
	chance := rand.New(rand.NewPCG(seed, 0))
	update := []string{"index", "--quiet", "--update", day, "-o", index}
	verify := func() error { return s.run1("index", "verify", index) }
	absent := func() error {
		if _, err := os.Stat(out); err == nil {
			return fmt.Errorf("%s is there, though what writes it was killed", out)
		}
		return nil
	}
	for _, job := range []struct {
		name  string
		args  []string
		sound func() error
	}{
		{"updates of the index", update, verify},
		{"conversions of a day", []string{"convert", "--quiet", day, "-o", out}, absent},
	} {
		started := time.Now()
		if err := s.run1(job.args...); err != nil {
			return err
		}
		took := time.Since(started)
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		dead := 0
		for range kills {
			died, err := s.kill(time.Duration(chance.Float64()*float64(took)), job.args...)
			if err != nil {
				return err
			}
			if !died {
				_ = os.RemoveAll(out) // it had ended by then
				continue
			}
			dead++
			if err := job.sound(); err != nil {
				return err
			}
		}
		if err := s.run1(job.args...); err != nil {
			return err
		}
		fmt.Printf("\n%d of %d %s killed at moments of chance (seed %d): nothing was lost, and the next one ended\n", dead, kills, job.name, seed)
	}
	if err := verify(); err != nil {
		return err
	}
	left, err := filepath.Glob(s.path("*.part*"))
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("left of what was killed: %v", left)
	}
	return errors.Join(err, os.RemoveAll(out))
}

// run1 runs a command, of which nothing is printed unless it fails.
func (s *scale) run1(args ...string) error {
	t := task{name: args[0], args: append([]string{s.command}, args...)}
	_, err := t.once()
	return err
}

// kill starts a command, kills it after a while, and reports whether it died of that.
func (s *scale) kill(after time.Duration, args ...string) (died bool, err error) {
	cmd := exec.Command(s.command, args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Start(); err != nil {
		return false, err
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	switch err := cmd.Wait(); {
	case err == nil:
		return false, nil
	case cmd.ProcessState.ExitCode() == -1:
		return true, nil
	default:
		return false, fmt.Errorf("%v: %w: %s", args, err, bytes.TrimSpace(complaint.Bytes()))
	}
}
