#!/bin/sh
# Loads the parts beside this script into a new TDB2 folder, with
# tdb2.tdbloader. No server may run on the folder meanwhile.
#
#   sh load.sh FOLDER
#
# TDBLOADER and TDBQUERY name the commands. Set tdb2:unionDefaultGraph true in
# the configuration of the server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"say which folder: sh load.sh FOLDER"}
if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
	echo "load.sh: $folder holds something already, expected a new folder: a full load replaces nothing" >&2
	exit 2
fi
mkdir -p "$folder"
${TDBLOADER:-tdb2.tdbloader} --loader=parallel --loc "$folder" "$here"/part-*.nq*
found=$(${TDBQUERY:-tdb2.tdbquery} --loc "$folder" --results csv 'SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }' | tail -n 1 | tr -d '\r')
if [ "$found" != "@QUADS@" ]; then
	echo "load.sh: $folder holds $found quads, expected @QUADS@" >&2
	exit 2
fi
echo "$found quads"
