#!/bin/sh
# Loads the parts beside this script: into a GraphDB repository that is offline
# with importrdf, or into a running RDF4J Server, which has no loader of its own,
# part by part.
#
#   sh load.sh REPOSITORY                                    GraphDB, offline
#   sh load.sh http://HOST:8080/rdf4j-server/repositories/ID RDF4J Server
#
# CURL_OPTIONS may name a file of options with the password: "-K FILE".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=${1:?"say where: sh load.sh REPOSITORY|URL"}
case $to in
http://* | https://*)
	for part in "$here"/part-*.nq.gz; do
		gunzip -c "$part" >"$part.tmp"
		curl --fail-with-body -sS ${CURL_OPTIONS:-} -X POST -H 'Content-Type: application/n-quads' --data-binary "@$part.tmp" "$to/statements"
		rm "$part.tmp"
	done
	found=$(curl --fail-with-body -sS ${CURL_OPTIONS:-} "$to/size")
	echo "$found quads in the repository; the parts hold @QUADS@"
	[ "$found" -ge "@QUADS@" ]
	;;
*)
	exec ${IMPORTRDF:-importrdf} load -i "$to" -m parallel "$here"/part-*.nq.gz
	;;
esac
