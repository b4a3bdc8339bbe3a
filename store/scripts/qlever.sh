#!/bin/sh
# Makes a QLever index of the parts beside this script. QLever is loaded as a
# whole: a newer state is a new index.
#
#   sh load.sh NAME
#
# QLEVER_INDEX names the command (IndexBuilderMain in older versions). The parts
# hold @QUADS@ quads.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
name=${1:?"say the name of the index: sh load.sh NAME"}
for part in "$here"/part-*.nq*; do
	case $part in
	*.gz) gunzip -c "$part" ;;
	*) cat "$part" ;;
	esac
done | ${QLEVER_INDEX:-qlever-index} -i "$name" -F nq -f -
