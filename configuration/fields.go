package configuration

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/podscore/podscore/policy"
	"github.com/podscore/podscore/securitycontext"
)

// settings are what a Configuration says.
type settings struct {
	preset        string // "" if none is given
	checks        map[string]override
	requireExpiry bool
	maxExpiry     int // in days; 0 if ends may be as late as one likes
	limits        Limits
	exemptions    []spot[entry]
}

// override says whether a check is required.
type override struct{ required bool }

// Limits are numbers of series. Nil is the default of whoever exposes them.
type Limits struct {
	// ExemptionSeries is the limit on podscore_exemption_pods.
	ExemptionSeries *int `json:"exemptionSeries,omitempty"`
	// WorkloadSeries is the limit on podscore_workload_failing_pods.
	WorkloadSeries *int `json:"workloadSeries,omitempty"`
}

// entry is an exemption as it stands in a file.
type entry struct {
	name                spot[string]
	reason, owner, link string
	expires             spot[ending]
	namespaces          []policy.Glob
	selector            spot[labels.Selector]
	everywhere          bool
	workloads           []policy.WorkloadPattern
	containers          []policy.ContainerPattern
	checks              []string
}

// configurationFields are the fields of a Configuration.
func configurationFields() []field[settings] {
	return []field[settings]{
		required("apiVersion", constant(APIVersion), none, "`"+APIVersion+"`"),
		required("kind", constant(configurationKind), none, "`"+configurationKind+"`; there is at most one over all files"),
		optional("preset", preset, func(s *settings) *string { return &s.preset },
			"Which core checks a compliant pod must pass; without it `"+policy.DefaultPreset+"`. The flag `--preset`, if it is given, wins."),
		optional("checks", overrides, func(s *settings) *map[string]override { return &s.checks },
			"What the verdict asks beside the preset: by the id of a check, `{required: true}` or `{required: false}`. Weights cannot be changed: a score means the same everywhere."),
		optional("requireExpiry", truth, func(s *settings) *bool { return &s.requireExpiry },
			"If `true`, every exemption needs `expires`; then no end is written `expires: never`."),
		optional("maxExpiry", days, func(s *settings) *int { return &s.maxExpiry },
			"How late an exemption may end, in whole days from when the file is read, such as `365d`. It forbids exemptions without an end."),
		optional("limits", object("limits", limitFields, nil), func(s *settings) *Limits { return &s.limits },
			"How many series of a kind are exposed at most: `exemptionSeries` of `podscore_exemption_pods`, 1000 without it, and `workloadSeries` of `podscore_workload_failing_pods`, 5000 without it; the flag `--workload-series-limit`, if it is given, wins."),
		optional("exemptions", exemptions, func(s *settings) *[]spot[entry] { return &s.exemptions },
			"Exemptions, as below."),
	}
}

// exemptionsFields are the fields of an Exemptions.
func exemptionsFields() []field[settings] {
	return []field[settings]{
		required("apiVersion", constant(APIVersion), none, "`"+APIVersion+"`"),
		required("kind", constant(exemptionsKind), none, "`"+exemptionsKind+"`; there may be any number"),
		required("exemptions", exemptions, func(s *settings) *[]spot[entry] { return &s.exemptions }, "Exemptions, as below; `[]` for none."),
	}
}

var limitFields = []field[Limits]{
	optional("exemptionSeries", count, func(l *Limits) **int { return &l.ExemptionSeries },
		"Of `podscore_exemption_pods`; 1000 without it."),
	optional("workloadSeries", count, func(l *Limits) **int { return &l.WorkloadSeries },
		"Of `podscore_workload_failing_pods`. The flag `--workload-series-limit`, if it is given, wins."),
}

var exemptionFields = []field[entry]{
	required("name", placed(exemptionName), func(e *entry) *spot[string] { return &e.name },
		"What the exemption is called wherever it is told: small letters, digits and hyphens, 63 at most. No other in any file has it, and `"+policy.SystemNamespaces+"` is podscore's own."),
	required("reason", reason, func(e *entry) *string { return &e.reason }, "Why the failures are accepted, for people."),
	optional("owner", owner, func(e *entry) *string { return &e.owner }, "Who answers for it, such as a team. It becomes the label `owner` of a series, so it has the form of a label's value."),
	optional("link", link, func(e *entry) *string { return &e.link }, "Where more about it stands, such as a ticket: an `https` URL."),
	optional("expires", placed(expiry), func(e *entry) *spot[ending] { return &e.expires },
		"When it ends: a day, such as `2027-03-31`, which ends with the day in UTC; a time with its zone, such as `2027-03-31T18:00:00+02:00`; or `never`. An end in the past is valid: the exemption has ended."),
	optional("namespaces", list("a list of namespaces, such as [shop, team-*]", namespacePattern), func(e *entry) *[]policy.Glob { return &e.namespaces },
		"*Where.* Names of namespaces; `*` stands for any characters. One of `namespaces`, `namespaceSelector` and `everywhere` has to be there."),
	optional("namespaceSelector", placed(selector), func(e *entry) *spot[labels.Selector] { return &e.selector },
		"*Where.* Selects namespaces by their labels, with `matchLabels` and `matchExpressions`, as Kubernetes has them. A namespace whose labels are not known is not selected."),
	optional("everywhere", onlyTrue, func(e *entry) *bool { return &e.everywhere }, "*Where.* `true`: in all namespaces."),
	optional("workloads", list("a list of workloads, such as [Deployment/cart]", workloadPattern), func(e *entry) *[]policy.WorkloadPattern { return &e.workloads },
		"*What.* Workloads as `Kind/name`; in the name `*` stands for any characters. Without it, all."),
	optional("containers", list("a list of containers, such as [{name: istio-init}]", object("an entry of containers", containerFields, checkContainer).requiring("minProperties", 1)), func(e *entry) *[]policy.ContainerPattern { return &e.containers },
		"*What.* Containers; what an entry says must all hold. Without it, all containers and the pod itself. With it, no failure of the pod itself is excused."),
	required("checks", list("a list of checks, such as [run-as-non-root], or [all]", checkName), func(e *entry) *[]string { return &e.checks },
		"The ids of the checks whose failures are excused, or `all`. `all` without `containers` takes the pods out of everything."),
}

var containerFields = []field[policy.ContainerPattern]{
	optional("name", containerPattern, func(c *policy.ContainerPattern) **policy.Glob { return &c.Name },
		"The container's name; `*` stands for any characters. Whoever may create pods can take any name: say the image too."),
	optional("image", imagePattern, func(c *policy.ContainerPattern) **policy.Glob { return &c.Image },
		"The image's repository, without tag and digest. `*` stands for any characters but `/`, and a segment `**` for any segments. The registry is written out: `*` in it is refused, because anybody can have a registry. `nginx` is `docker.io/library/nginx`."),
	optional("class", class, func(c *policy.ContainerPattern) **securitycontext.Class { return &c.Class }, "`regular`, `init`, `sidecar` or `ephemeral`."),
}

var (
	exemptions            = listOrNone("a list of exemptions, or [] for none", placed(exemption))
	exemption             = object("an exemption", exemptionFields, checkWhere).requiring("oneOf", eachOf(where))
	configurationDocument = object("a Configuration", configurationFields(), nil)
	exemptionsDocument    = object("an Exemptions", exemptionsFields(), nil)
)
