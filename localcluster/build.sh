#!/bin/sh
# Builds the control plane's programs from source into the folder $1.
# Prints progress: a first build compiles some 2,800 packages, about 10 minutes on two cores.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"

# An up-to-date build is recognised by what went into it, without asking the compiler.
inputs=$({ cat go.mod go.sum main.go build.sh; go version; } | cksum)
[ -x "$out/localcluster" ] && [ "$(cat "$out/.inputs" 2>/dev/null)" = "$inputs" ] && exit 0

version=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
echo "localcluster: fetching the sources of Kubernetes $version" >&2
go mod download
total=$(go list -deps . | wc -l)
echo "localcluster: compiling up to $total packages; the first time takes about 10 minutes on two cores, later only what changed" >&2

minor=${version#v1.}; minor=${minor%%.*}
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	flags="$flags -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"
done

# -v names each package once it is compiled; what is not a package's name is an error and is shown.
started=$(date +%s)
status=$out/.failed # a pipe tells of its last command only
rm -f "$status"
{ go build -v -ldflags "$flags" -o "$out/localcluster" . 2>&1 || echo failed >"$status"; } |
	awk -v total="$total" -v started="$started" '
		/^[A-Za-z0-9][^ :]*$/ {
			if (++n % 100 == 0) {
				"date +%s" | getline now; close("date +%s")
				printf "localcluster: %d of %d packages, %d s\n", n, total, now - started
				fflush()
			}
			next
		}
		{ print; fflush() }' >&2
[ ! -e "$status" ] || { echo "localcluster: the build failed, see above" >&2; exit 1; }

for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok; do
	ln -sf localcluster "$out/$program"
done
printf '%s\n' "$inputs" >"$out/.inputs"
echo "localcluster: built Kubernetes $version in $(( $(date +%s) - started )) s" >&2
