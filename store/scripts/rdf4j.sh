#!/bin/sh
# Loads the parts beside this script: into a GraphDB repository that is offline
# with importrdf, or into a running RDF4J Server, which has no loader of its own,
# in transactions without isolation. Nobody else may use the repository
# meanwhile: RDF4J does not answer queries during such a transaction.
#
#   sh load.sh REPOSITORY                                    GraphDB, offline
#   sh load.sh http://HOST:8080/rdf4j-server/repositories/ID RDF4J Server
#
# CURL_OPTIONS may name a file of options with the password: "-K FILE".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:?"say where: sh load.sh REPOSITORY|URL"}
ask() {
	curl --fail-with-body -sS ${CURL_OPTIONS:-} "$@"
}
unpacked() {
	case $1 in
	*.gz) gunzip -c "$1" ;;
	*) cat "$1" ;;
	esac
}
case $to in
http://* | https://*)
	before=$(ask "$to/size")
	for part in "$here"/part-*.nq*; do
		transaction=$(ask -X POST -D - -o /dev/null "$to/transactions?isolation-level=http%3A%2F%2Fwww.openrdf.org%2Fschema%2Fsesame%23NONE" | tr -d '\r' | sed -n 's/^[Ll]ocation: *//p')
		if [ -z "$transaction" ]; then
			echo "load.sh: $to begins no transaction" >&2
			exit 2
		fi
		transaction=$to/transactions/${transaction##*/}
		unpacked "$part" | ask -X PUT -H 'Content-Type: application/n-quads' -T - "$transaction?action=ADD"
		ask -X PUT "$transaction?action=COMMIT"
	done
	found=$(ask "$to/size")
	if [ "$found" -lt "@QUADS@" ] || [ "$before" -eq 0 ] && [ "$found" -ne "@QUADS@" ]; then
		echo "load.sh: the repository held $before quads and now $found, expected @QUADS@" >&2
		exit 2
	fi
	echo "$found quads in the repository; the parts hold @QUADS@"
	;;
*)
	exec ${IMPORTRDF:-importrdf} load -i "$to" -m parallel "$here"/part-*.nq*
	;;
esac
