package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/prometheus/common/model"
)

// longBlocks lets a block hold 20 days. With the usual two hours promtool would
// read its input a thousand times.
const longBlocks = "--max-block-duration=486h"

// Blocks puts the values that the series had in the span into the data folder of a
// Prometheus that does not run, with promtool.
func Blocks(ctx context.Context, promtool, data string, now model.Vector, span Span) (err error) {
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	text, err := os.Create(filepath.Join(filepath.Dir(data), "history.txt"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(text.Name())) }()
	if err := errors.Join(Write(text, now, span), text.Close()); err != nil {
		return err
	}
	return run(ctx, promtool, "tsdb", "create-blocks-from", longBlocks, "openmetrics", "--quiet", text.Name(), data)
}

// RuleBlocks evaluates the recording rules of a file over the span, on the
// Prometheus at a URL, and puts the results into its data folder; it sees them
// when it starts again.
func RuleBlocks(ctx context.Context, promtool, url, rules, data string, span Span) error {
	return run(ctx, promtool, "tsdb", "create-blocks-from", longBlocks, "rules", "--url="+url, "--output-dir="+data, "--eval-interval=30m",
		"--start="+strconv.FormatInt(span.Start.Unix(), 10), "--end="+strconv.FormatInt(span.End.Unix(), 10), rules)
}

func run(ctx context.Context, program string, args ...string) error {
	if output, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w\n%s", filepath.Base(program), args, err, output)
	}
	return nil
}
