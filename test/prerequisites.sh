#!/bin/sh
# Sees to the programs that some tests need beside Go and the usual Unix tools: as root
# on Debian or Ubuntu it installs what is missing, and says so; elsewhere it says what
# is missing, and what to do.
#   test/prerequisites.sh [image] [dashboards]
set -eu

# program:package, by the test that needs it
needs() {
	case $1 in
	image) echo "buildah:buildah podman:podman runc:runc /bin/busybox:busybox-static" ;;
	dashboards) echo "node:nodejs npm:npm ${CHROMIUM:-chromium}:chromium" ;;
	*) echo "prerequisites: nothing is known of \"$1\"" >&2; exit 2 ;;
	esac
}

missing= tests=
for test in "$@"; do
	if [ "$test" = image ] && [ "$(id -u)" != 0 ]; then
		echo "prerequisites: the test of the image needs root, who can run it without an engine; be root, or leave it out: make test WITHOUT=image" >&2
		exit 1
	fi
	for need in $(needs "$test"); do
		command -v "${need%%:*}" >/dev/null && continue
		missing="$missing ${need#*:}"
		case $tests in *$test*) ;; *) tests="$tests $test" ;; esac
	done
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "prerequisites: installing$missing, for the tests of${tests}" >&2
	if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >&2; then
		exit
	fi
	echo "prerequisites: they cannot be installed, see above" >&2
fi
echo "prerequisites: install$missing (these are Debian's names; root has them installed where there is apt-get), or leave out the tests that need them: make test WITHOUT=\"${tests# }\"" >&2
exit 1
