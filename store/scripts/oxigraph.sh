#!/bin/sh
# Loads the parts beside this script into a new Oxigraph folder, with oxigraph
# load. No server may run on the folder meanwhile.
#
#   sh load.sh FOLDER
#
# OXIGRAPH names the command. Start the server on it with --union-default-graph.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"say which folder: sh load.sh FOLDER"}
oxigraph=${OXIGRAPH:-oxigraph}
if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
	echo "load.sh: $folder holds something already, expected a new folder: a full load replaces nothing" >&2
	exit 2
fi
"$oxigraph" load --location "$folder" --file "$here"/part-*.nq*
found=$("$oxigraph" query --location "$folder" --results-format csv --query 'SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }' | tail -n 1 | tr -d '\r')
if [ "$found" != "@QUADS@" ]; then
	echo "load.sh: $folder holds $found quads, expected @QUADS@" >&2
	exit 2
fi
echo "$found quads"
