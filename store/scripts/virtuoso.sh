#!/bin/sh
# Loads the parts beside this script into a Virtuoso server, with ld_dir and
# rdf_loader_run. The server reads the files itself: their folder has to be in
# DirsAllowed of virtuoso.ini.
#
#   VIRTUOSO_PASSWORD=... sh load.sh [HOST:PORT [USER]]
#
# ISQL names the command. isql takes the password as an argument, which others
# on this machine can read while it runs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
isql=${ISQL:-isql-vt}
server=${1:-localhost:1111}
user=${2:-dba}
run() {
	"$isql" "$server" "$user" "${VIRTUOSO_PASSWORD:?"say the password in VIRTUOSO_PASSWORD"}" VERBOSE=OFF BANNER=OFF PROMPT=OFF ERRORS=STDOUT "exec=$1"
}
run "delete from DB.DBA.LOAD_LIST where ll_file like '$here/part-%';"
run "ld_dir('$here', 'part-%.nq.gz', 'urn:x-trialweave:none');"
run "log_enable(2, 1); rdf_loader_run();"
run "checkpoint;"
faults=$(run "select ll_file, ll_error from DB.DBA.LOAD_LIST where ll_file like '$here/part-%' and (ll_error is not null or ll_state <> 2);" | tr -d '\n')
if [ -n "$faults" ]; then
	echo "load.sh: not loaded: $faults" >&2
	exit 2
fi
found=$(run "sparql select count(*) where { graph ?g { ?s ?p ?o } filter (strstarts(str(?g), 'https://clinicaltrials.gov/study/') || exists { graph ?g { ?x a <http://rdfs.org/ns/void#Dataset> } } || contains(str(?g), '/graph/')) };" | tr -cd '0-9')
echo "$found quads in graphs of studies, model and dataset; the parts hold @QUADS@"
[ "$found" -ge "@QUADS@" ]
