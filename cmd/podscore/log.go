package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
)

// logging is the flags of the log.
type logging struct {
	format, level string
}

// AddFlags implements group.
func (l *logging) AddFlags(set *pflag.FlagSet) {
	set.StringVar(&l.format, "log-format", "text", "`format` of the log on standard error: text or json")
	set.StringVar(&l.level, "log-level", "info", "`level` of the log: info, or debug for more than changes of state")
}

// Validate implements group.
func (l *logging) Validate() error {
	if err := oneOf("--log-format", l.format, "text", "json"); err != nil {
		return err
	}
	return oneOf("--log-level", l.level, "info", "debug")
}

// logger returns the log that the flags ask for.
func (l *logging) logger(w io.Writer) logr.Logger {
	options := &slog.HandlerOptions{}
	if l.level == "debug" {
		options.Level = slog.LevelDebug
	}
	if l.format == "json" {
		return logr.FromSlogHandler(slog.NewJSONHandler(w, options))
	}
	return logr.FromSlogHandler(slog.NewTextHandler(w, options))
}

// forLibraries returns a log for the libraries, which tell every step: what they
// say at the level info is for debug here. Errors stay errors until ctx is done:
// from then on they are what comes of stopping, such as a wait that is given up.
func forLibraries(ctx context.Context, log logr.Logger) logr.Logger {
	return log.WithSink(quieter{log.GetSink(), ctx})
}

// quieter is a sink that takes everything one level further down.
type quieter struct {
	logr.LogSink
	ctx context.Context // for its end alone
}

// Enabled implements logr.LogSink.
func (q quieter) Enabled(level int) bool { return q.LogSink.Enabled(level + 1) }

// Info implements logr.LogSink.
func (q quieter) Info(level int, message string, values ...any) {
	q.LogSink.Info(level+1, message, values...)
}

// Error implements logr.LogSink.
func (q quieter) Error(err error, message string, values ...any) {
	if q.ctx.Err() == nil {
		q.LogSink.Error(err, message, values...)
	} else if q.LogSink.Enabled(1) {
		q.LogSink.Info(1, message, append(values, "reason", err)...)
	}
}

// WithValues implements logr.LogSink.
func (q quieter) WithValues(values ...any) logr.LogSink {
	return quieter{q.LogSink.WithValues(values...), q.ctx}
}

// WithName implements logr.LogSink.
func (q quieter) WithName(name string) logr.LogSink { return quieter{q.LogSink.WithName(name), q.ctx} }
