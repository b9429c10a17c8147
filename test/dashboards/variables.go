package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// variable is a dashboard's, with the value that it has when opened.
type variable struct {
	Name     string
	AllValue string
	Current  struct{ Value any }
}

// chosen are the values of variables that have none of their own.
var chosen = map[string]string{"namespace": "shop"}

var reference = regexp.MustCompile(`\$(\w+)|\$\{(\w+)(?::\w+)?\}`)

// resolve puts values in the place of variables.
func resolve(expr string, variables []variable, step, span time.Duration) (string, error) {
	values := map[string]string{
		"__interval":      seconds(step),
		"__rate_interval": seconds(max(step+15*time.Second, time.Minute)),
		"__range":         seconds(span),
	}
	for _, v := range variables {
		value, _ := v.Current.Value.(string)
		if list, several := v.Current.Value.([]any); several && len(list) == 1 {
			value, _ = list[0].(string)
		}
		switch value {
		case "$__all":
			value = v.AllValue
		case "":
			value = chosen[v.Name]
		}
		values[v.Name] = value
	}
	var unknown []string
	resolved := reference.ReplaceAllStringFunc(expr, func(match string) string {
		name := strings.Trim(strings.SplitN(match, ":", 2)[0], "${}")
		if values[name] == "" {
			unknown = append(unknown, name)
		}
		return values[name]
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("the variables %s have no value in\n%s", strings.Join(unknown, ", "), expr)
	}
	return resolved, nil
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) + "s" }

// since reads how far back a time such as now-24h or now-90d lies.
func since(from string) (time.Duration, error) {
	ago, _ := strings.CutPrefix(from, "now-")
	if count, found := strings.CutSuffix(ago, "d"); found {
		days, err := strconv.Atoi(count)
		return time.Duration(days) * 24 * time.Hour, err
	}
	return time.ParseDuration(ago)
}
