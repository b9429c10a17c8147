package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// look is a page to open, and the file that a picture of it goes to, if one is wanted.
type look struct {
	URL     string `json:"url"`
	Width   int    `json:"width"`
	Picture string `json:"picture,omitempty"`
}

// seen is what the page then showed.
type seen struct {
	URL, State, Error string
	Panels            []seenPanel
	// Links are those to dashboards, and Complaints what the browser's console says.
	Links, Complaints []string
}

// seenPanel is a panel on a page. Its state is data, empty or error; it is drawn
// if there is anything in it but its title.
type seenPanel struct {
	ID                  int
	Title, State, Error string
	Drawn               bool
}

// browse opens the pages one after another in headless Chromium. What the
// browser writes goes to a folder.
func browse(ctx context.Context, o options, folder string, looks []look) ([]seen, error) {
	request, err := json.Marshal(map[string]any{"chromium": chromium(), "profile": filepath.Join(folder, "chromium"), "pages": looks})
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "node", filepath.Join(o.web, "render.js"))
	command.Env = append(os.Environ(), "HOME="+folder)
	command.Stdin = bytes.NewReader(request)
	var answer, complaint bytes.Buffer
	command.Stdout, command.Stderr = &answer, &complaint
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) } // so that it ends the browser too
	command.WaitDelay = 10 * time.Second
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("the browser cannot show the dashboards: %w\n%s", err, complaint.String())
	}
	var pages []seen
	if err := json.Unmarshal(answer.Bytes(), &pages); err != nil {
		return nil, fmt.Errorf("render.js answers %q: %w", answer.String(), err)
	}
	return pages, nil
}

// chromium is the browser: the one that CHROMIUM names, or Debian's.
func chromium() string {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	return "/usr/bin/chromium"
}
