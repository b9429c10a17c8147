#!/bin/sh
# Builds the control plane's programs from source into the folder $1: those of the
# version of Kubernetes that go.mod names, or of another, $2, such as v1.31.14.
# Prints progress: a first build compiles some 2,800 packages, about 10 minutes on two
# cores; of a version before v1.37 about 4.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd) other=${2:-}
cd "$(dirname "$0")"

# An up-to-date build is recognised by what went into it, without asking the compiler.
inputs=$({ echo "$other"; cat go.mod go.sum main.go kwok/main.go parent/parent.go build.sh older.sh; go version; } | cksum)
[ -x "$out/localcluster" ] && [ "$(cat "$out/.inputs" 2>/dev/null)" = "$inputs" ] && exit 0

kwok=$(pwd) source=$(pwd)
if [ -n "$other" ]; then
	source=$out/source
	./older.sh "$other" "$source"
fi
version=$(cd "$source" && go list -m -f '{{.Version}}' k8s.io/kubernetes)
minor=${version#v1.}; minor=${minor%%.*}
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	flags="$flags -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"
done
started=$(date +%s)
status=$out/.failed # a pipe tells of its last command only

# compile builds the package of the folder $1 into the file $2.
# -v names each package once it is compiled; what is not a package's name is an error and is shown.
compile() {
	cd "$1"
	go mod download
	total=$(go list -deps . | wc -l)
	echo "localcluster: compiling up to $total packages of ${2##*/}; later only what changed" >&2
	rm -f "$status"
	{ go build -v -ldflags "$flags" -o "$2" . 2>&1 || echo failed >"$status"; } |
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
}
echo "localcluster: building Kubernetes $version from source, once; this takes some minutes on two cores" >&2
compile "$source" "$out/localcluster"
rm -f "$out/kwok" # it was a link
compile "$kwok/kwok" "$out/kwok"

for program in etcd kube-apiserver kube-controller-manager kube-scheduler kubectl; do
	ln -sf localcluster "$out/$program"
done
printf '%s\n' "$inputs" >"$out/.inputs"
echo "localcluster: built Kubernetes $version in $(( $(date +%s) - started )) s" >&2
