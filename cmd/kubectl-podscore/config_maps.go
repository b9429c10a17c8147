package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/podscore/podscore/configuration"
)

// configMapPrefix begins a path that stands for a ConfigMap: configmap/NAMESPACE/NAME.
const configMapPrefix = "configmap/"

// files returns what stands in the ConfigMaps that paths name, a file for each key, and the
// other paths.
func (j *judging) files(paths []string, team bool) (files []configuration.File, others []string, err error) {
	for _, path := range paths {
		rest, isConfigMap := strings.CutPrefix(path, configMapPrefix)
		if !isConfigMap {
			others = append(others, path)
			continue
		}
		namespace, name, both := strings.Cut(rest, "/")
		if !both || namespace == "" || name == "" || strings.Contains(name, "/") {
			return nil, nil, fmt.Errorf("%q is not %sNAMESPACE/NAME: a directory is named ./%s", path, configMapPrefix, path)
		}
		read, err := j.configMap(namespace, name)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		for key, text := range read {
			if configuration.IsRead(key) { // as where the controller has it mounted
				files = append(files, configuration.File{Path: path + "/" + key, Text: text, Team: team})
			}
		}
	}
	return files, others, nil
}

func (j *judging) configMap(namespace, name string) (map[string][]byte, error) {
	client, err := j.cluster.connect()
	if err != nil {
		return nil, err
	}
	return client.ConfigMap(context.Background(), namespace, name)
}
