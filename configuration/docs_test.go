package configuration

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/podscore/podscore/test/docs"
)

var update = flag.Bool("update", false, "write the generated docs instead of comparing with them")

// TestTwinDocs: the tables of fields are those that are read.
func TestTwinDocs(t *testing.T) {
	const page = "docs/exemptions.md"
	docs.Section(t, page, "configuration", fieldTable(configurationFields()))
	docs.Section(t, page, "exemptions", fieldTable(exemptionsFields()))
	docs.Section(t, page, "exemption", fieldTable(exemptionFields))
	docs.Section(t, page, "container", fieldTable(containerFields))
	docs.Section(t, page, "check-config", "<!-- not run: the test of the package configuration generates it -->\n\n```text\n"+describedSample(t)+"```")
}

func fieldTable[T any](fields []field[T]) string {
	var rows [][]string
	for _, f := range fields {
		needed := "no"
		if f.required {
			needed = "yes"
		}
		rows = append(rows, []string{"`" + f.name + "`", needed, f.about})
	}
	return docs.Table([]string{"field", "required", "what it says"}, rows)
}

// describedSample returns what --check-config says of the sample, which must be valid.
func describedSample(t *testing.T) string {
	t.Helper()
	t.Chdir("..")
	set, errs := Read(now, Options{}, "config/samples/configuration.yaml")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var said bytes.Buffer
	Describe(&said, set, now, nil)
	return said.String()
}

// TestTwinSchema: the schema that is shipped is that of the fields that are read.
func TestTwinSchema(t *testing.T) {
	if *update {
		if err := os.WriteFile("schema.json", Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if shipped, err := os.ReadFile("schema.json"); err != nil || !bytes.Equal(shipped, Schema()) {
		t.Errorf("schema.json is not what the fields say; run make update (%v)", err)
	}
}

// TestSampleHasAllFields: the sample shows every field of a Configuration, but for the
// limits, which few need.
func TestSampleHasAllFields(t *testing.T) {
	text, err := os.ReadFile("../config/samples/configuration.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range configurationFields() {
		if f.name != "limits" && !strings.Contains(string(text), "\n"+f.name+":") {
			t.Errorf("the sample has no %s", f.name)
		}
	}
}
