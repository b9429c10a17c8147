#!/bin/sh
# Looks for the programs that some tests need beside Go and the usual Unix tools,
# and says which are missing. With --install it gets those that Debian has.
#   test/prerequisites.sh [--install] [image] [dashboards]
set -eu
install=
[ "${1:-}" != --install ] || { install=yes; shift; }

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
	for need in $(needs "$test"); do
		command -v "${need%%:*}" >/dev/null && continue
		missing="$missing ${need#*:}"
		case $tests in *$test*) ;; *) tests="$tests $test" ;; esac
	done
done
[ -n "$missing" ] || exit 0
if [ -n "$install" ]; then
	echo "prerequisites: installing$missing" >&2
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >&2
	exit
fi
echo "prerequisites: install$missing (these are Debian's names), or leave out the tests that need them: make test WITHOUT=\"${tests# }\"" >&2
exit 1
