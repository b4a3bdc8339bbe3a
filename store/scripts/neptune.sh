#!/bin/sh
# Has Amazon Neptune load the parts from S3, with its bulk loader. Copy them
# there first: aws s3 cp --recursive . s3://BUCKET/PREFIX/ --exclude '*.sh'
#
#   sh load.sh https://ENDPOINT:8182 s3://BUCKET/PREFIX/ ROLE-ARN REGION
#
# The parts hold @QUADS@ quads. The default graph of Neptune is the union.
set -eu
endpoint=${1:?"say the endpoint"} source=${2:?"say where in S3"} role=${3:?"say the role"} region=${4:?"say the region"}
answer=$(curl --fail-with-body -sS -X POST -H 'Content-Type: application/json' "$endpoint/loader" -d "{\"source\": \"$source\", \"format\": \"nquads\", \"iamRoleArn\": \"$role\", \"region\": \"$region\", \"failOnError\": \"TRUE\", \"parallelism\": \"HIGH\"}")
id=$(printf '%s' "$answer" | sed -n 's/.*"loadId" *: *"\([^"]*\)".*/\1/p')
if [ -z "$id" ]; then
	echo "load.sh: no load was begun: $answer" >&2
	exit 2
fi
while :; do
	answer=$(curl --fail-with-body -sS "$endpoint/loader/$id?details=true&errors=true")
	case $answer in
	*LOAD_COMPLETED*) echo "$answer"; exit 0 ;;
	*LOAD_NOT_STARTED* | *LOAD_IN_PROGRESS* | *LOAD_IN_QUEUE*) sleep 10 ;;
	*) echo "load.sh: $answer" >&2; exit 2 ;;
	esac
done
