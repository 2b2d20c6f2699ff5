package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// benchmarksName is what -only has to match for the Go benchmarks.
const benchmarksName = "Go benchmarks"

// goResults are the results of the Go benchmarks, of all rounds.
type goResults struct {
	machine string                       // the processor
	values  map[string]map[string]series // by benchmark, then by unit
}

// runGoBenchmarks builds the benchmarks of this package and runs all of them in each round.
func runGoBenchmarks(dir string, rounds int, benchtime string) (goResults, error) {
	r := goResults{values: map[string]map[string]series{}}
	program := filepath.Join(dir, "bench.test")
	build := exec.Command("go", "test", "-c", "-o", program, "gopherframe/bench")
	if out, err := build.CombinedOutput(); err != nil {
		return r, fmt.Errorf("building the Go benchmarks: %w\n%s", err, out)
	}
	for range rounds {
		cmd := exec.Command(program, "-test.run", "^$", "-test.bench", ".", "-test.benchtime", benchtime)
		cmd.Dir, cmd.Stderr = dir, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return r, fmt.Errorf("the Go benchmarks: %w\n%s", err, out)
		}
		if err := r.read(out); err != nil {
			return r, err
		}
	}
	return r, nil
}

// resultLine matches a result: the name without "Benchmark" and the number of processors,
// and pairs of value and unit.
var resultLine = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// read adds the results in the output of the benchmarks.
func (r *goResults) read(output []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(output))
	for lines.Scan() {
		if cpu, ok := strings.CutPrefix(lines.Text(), "cpu: "); ok {
			r.machine = cpu
		}
		found := resultLine.FindStringSubmatch(lines.Text())
		if found == nil {
			continue
		}
		units := r.values[found[1]]
		if units == nil {
			units = map[string]series{}
			r.values[found[1]] = units
		}
		fields := strings.Fields(found[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("%q: %w", lines.Text(), err)
			}
			units[fields[i+1]] = append(units[fields[i+1]], value)
		}
	}
	return lines.Err()
}

// of returns the results of a benchmark in a unit, such as "ns/op".
func (r goResults) of(name, unit string) series {
	return r.values[strings.ReplaceAll(name, " ", "_")][unit]
}

// ns returns the nanoseconds of the benchmark whose name is formatted from the arguments.
func (r goResults) ns(name string, args ...any) series {
	return r.of(fmt.Sprintf(name, args...), "ns/op")
}
