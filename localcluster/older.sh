#!/bin/sh
# Writes the Go module of a control plane of another version of Kubernetes, such as
# v1.31.14, into the folder $2: with the dependencies, the etcd among them, and the
# settings of Go that this version was released with. build.sh builds it.
set -eu
version=$1 out=$2
case $version in v1.[0-9]*.[0-9]*) ;; *)
	echo "localcluster: \"$version\" is no version of Kubernetes such as v1.31.14" >&2; exit 2 ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out/parent"
cd "$out"
rm -f go.mod go.sum
released=$(go mod download -json "k8s.io/kubernetes@$version" | sed -n 's/^[[:space:]]*"GoMod": "\(.*\)",*$/\1/p')
[ -n "$released" ] || { echo "localcluster: no Kubernetes $version is to be had" >&2; exit 1; }

# Its own modules stand beside it in its repository. They are released as v0.31.14 when
# it is v1.31.14, or so it should be: where a proxy lacks one, the newest before it is
# taken.
own=v0.${version#v1.}
{
	sed -n '/^replace/q; s|^module .*|module github.com/podscore/podscore/localcluster/older|; p' "$released"
	printf 'require k8s.io/kubernetes %s\n\nreplace (\n' "$version"
	for module in $(sed -n 's|^[[:space:]]*\(k8s.io/[^ ]*\) v0\.0\.0$|\1|p' "$released"); do
		found=$own
		if ! go list -m "$module@$own" >/dev/null 2>&1; then
			found=$({ go list -m -versions "$module" | tr ' ' '\n' | grep '^v0[0-9.]*$'; echo "$own"; } | sort -V | grep -B1 -x -F "$own" | head -1)
			echo "localcluster: no $module $own is to be had; taking $found" >&2
		fi
		printf '\t%s => %s %s\n' "$module" "$module" "$found"
	done
	echo ')'
} >go.mod.new
mv go.mod.new go.mod

sed "s|podscore/localcluster/parent|podscore/localcluster/older/parent|" "$here/main.go" >main.go
cp "$here/parent/parent.go" parent/
go mod tidy
