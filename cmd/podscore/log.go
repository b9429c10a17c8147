package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
)

// logging has the flags for the log.
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

// logger returns a logger that writes to w, with the format and level of the flags.
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

// forLibraries returns a logger for the libraries, which log every step: their info level
// becomes debug. Their errors stay errors until ctx is done, and become debug then: they
// come from the shutdown itself, such as a wait that is cancelled.
func forLibraries(ctx context.Context, log logr.Logger) logr.Logger {
	return log.WithSink(quieter{log.GetSink(), ctx})
}

// quieter is a sink that logs everything one verbosity level higher.
type quieter struct {
	logr.LogSink
	ctx context.Context // is done when podscore stops
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
