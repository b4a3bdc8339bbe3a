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
# A filter would be taken for one of each triple, and not of each graph.
count() {
	run "sparql select sum(if(strstarts(str(?g), 'https://clinicaltrials.gov/study/') || contains(str(?g), '/graph/'), ?n, 0)) where { { select ?g (count(*) as ?n) where { graph ?g { ?s ?p ?o } } group by ?g } };" | tr -cd '0-9'
}
before=$(count)
run "delete from DB.DBA.LOAD_LIST where ll_file like '$here/part-%';"
run "ld_dir('$here', 'part-%.nq%', 'urn:x-trialweave:none');"
run "log_enable(2, 1); rdf_loader_run();"
run "checkpoint;"
faults=$(run "select ll_file, ll_error from DB.DBA.LOAD_LIST where ll_file like '$here/part-%' and (ll_error is not null or ll_state <> 2);" | tr -d '\n')
if [ -n "$faults" ]; then
	echo "load.sh: not loaded: $faults" >&2
	exit 2
fi
found=$(count)
if [ "${found:-0}" -lt "@QUADS@" ] || [ "${before:-0}" -eq 0 ] && [ "$found" -ne "@QUADS@" ]; then
	echo "load.sh: the server held ${before:-0} quads in graphs of studies, model and dataset, and now ${found:-0}, expected @QUADS@" >&2
	exit 2
fi
echo "$found quads in graphs of studies, model and dataset; the parts hold @QUADS@"
