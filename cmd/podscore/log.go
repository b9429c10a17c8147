package main

import (
	"io"
	"log/slog"

	"github.com/go-logr/logr"
)

// logger returns the log that the flags ask for.
func (f *flags) logger(w io.Writer) logr.Logger {
	options := &slog.HandlerOptions{}
	if f.logLevel == "debug" {
		options.Level = slog.LevelDebug
	}
	if f.logFormat == "json" {
		return logr.FromSlogHandler(slog.NewJSONHandler(w, options))
	}
	return logr.FromSlogHandler(slog.NewTextHandler(w, options))
}

// forLibraries returns a log for the libraries, which tell every step: what they
// say at the level info is for debug here. Errors stay errors.
func forLibraries(log logr.Logger) logr.Logger { return log.WithSink(quieter{log.GetSink()}) }

// quieter is a sink that takes everything one level further down.
type quieter struct{ logr.LogSink }

// Enabled implements logr.LogSink.
func (q quieter) Enabled(level int) bool { return q.LogSink.Enabled(level + 1) }

// Info implements logr.LogSink.
func (q quieter) Info(level int, message string, values ...any) {
	q.LogSink.Info(level+1, message, values...)
}

// WithValues implements logr.LogSink.
func (q quieter) WithValues(values ...any) logr.LogSink {
	return quieter{q.LogSink.WithValues(values...)}
}

// WithName implements logr.LogSink.
func (q quieter) WithName(name string) logr.LogSink { return quieter{q.LogSink.WithName(name)} }
