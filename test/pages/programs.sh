#!/bin/sh
# Stands in for a program that pages call, under whose name it is linked: the real
# one is run, with what a test must not do left out. The variables are set by the test.
program=${0##*/}
has() { case " $1 " in *" $2 "*) return 0 ;; esac; return 1; }
case $program in
kubectl)
	export KUBECACHEDIR="$PAGES_DIR/cache"
	# A restart would take the pods away that the rest of the pages ask for.
	case $* in *" rollout restart "*) exec "$PAGES_KUBECTL" $(printf '%s ' "$@" | sed 's/rollout restart/rollout history/') ;; esac
	for argument; do
		case $argument in
		# There is no kubelet behind the nodes: that the command is right and the pod is there is all that can be known.
		logs)
			said=$(timeout 3 "$PAGES_KUBECTL" "$@" 2>&1) && exit 0
			status=$?
			case $said in *10250* | *"no preferred addresses"*) exit 0 ;; esac
			[ $status = 124 ] && exit 0
			echo "$said" >&2
			exit $status ;;
		port-forward)
			has "$*" "pod/$(hostname)" && exit 0 # the replica that holds the Lease runs here, and in no pod
			said=$(timeout 2 "$PAGES_KUBECTL" "$@" 2>&1) && exit 0
			status=$?
			case $said in *"error upgrading connection"* | *10250* | *"no preferred addresses"*) exit 0 ;; esac
			[ $status = 124 ] && exit 0
			echo "kubectl $*: $said" >>"$PAGES_DIR/failed" # it runs in the background, where nobody waits for its status
			exit $status ;;
		apply | delete | scale | label | undo) dry=--dry-run=server ;;
		esac
	done
	has "$*" --dry-run=server && dry=
	exec "$PAGES_KUBECTL" "$@" $dry ;;
helm)
	export HELM_CACHE_HOME="$PAGES_DIR/helm" HELM_CONFIG_HOME="$PAGES_DIR/helm" HELM_DATA_HOME="$PAGES_DIR/helm"
	case $1 in
	install) exec "$PAGES_HELM" "$@" --dry-run=client ;; # the release is there
	upgrade | rollback | uninstall) exec "$PAGES_HELM" "$@" --dry-run ;;
	esac
	exec "$PAGES_HELM" "$@" ;;
make)
	exec /usr/bin/env PATH="$PAGES_PATH" make --dry-run --silent -C "$PAGES_ROOT" "$@" >/dev/null ;;
curl | amtool)
	for argument; do
		shift
		argument=$(printf %s "$argument" | sed "s#https://127.0.0.1:8080#$PAGES_METRICS#; s#http://127.0.0.1:8080#http://$PAGES_FREE#; s#http://127.0.0.1:8081#$PAGES_PROBES#; s#http://127.0.0.1:9090#$PAGES_PROMETHEUS#; s#http://127.0.0.1:9093#$PAGES_ALERTMANAGER#")
		set -- "$@" "$argument"
	done
	[ "$program" = amtool ] && exec "$PAGES_AMTOOL" "$@"
	exec /usr/bin/env PATH="$PAGES_PATH" curl --fail "$@" ;;
promtool) exec "$PAGES_PROMTOOL" "$@" ;;
run) exec sh -n "$PAGES_ROOT/.ci/run" ;;
podscore)
	for argument; do
		shift
		set -- "$@" "$(echo "$argument" | sed "s#127.0.0.1:8080#$PAGES_FREE#; s#127.0.0.1:8081#127.0.0.1:0#")"
	done
	exec "$PAGES_PODSCORE" "$@" ;;
*) echo "$program is no program that test/pages/programs.sh knows" >&2; exit 127 ;;
esac
