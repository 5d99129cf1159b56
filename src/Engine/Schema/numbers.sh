#!/bin/sh
# Makes numbers.table of a folder with Kubernetes' sources (its repositories api and apimachinery, side by side):
#   src/Engine/Schema/numbers.sh FOLDER > src/Engine/Schema/numbers.table
set -eu
cat <<'HEAD'
# The numbers of the fields of Kubernetes' protobuf messages, as version 1.35 has them: facts of its public API in a form of our own, made by numbers.sh.
# package P          the messages that follow are definitions of P (OpenAPI)
# MESSAGE FIELD=N    a message, and the number of each of its fields
#   FIELD=N/TYPE     field N is a message TYPE, whose fields are in JSON fields of this one
#   FIELD=N[]        each list in it is a message, with the list as its field 1
HEAD
find "$1" \( -path '*/v1/generated.proto' -o -path '*/autoscaling/v2/generated.proto' -o -path '*/metrics/v1beta1/generated.proto' \) ! -path '*/testapigroup/*' ! -path '*/vendor/*' | LC_ALL=C sort | while read -r proto; do
    folder=$(dirname "$proto")
    awk '
        # Go has the names that JSON has; an embedded struct has none.
        FILENAME ~ /\.go$/ && $1 == "type" && $3 == "struct" { struct = $2 }
        FILENAME ~ /\.go$/ && $1 !~ /^\/\// && match($0, /`json:"[^",]*/) {
            name = substr($0, RSTART + 7, RLENGTH - 7)
            if (match($0, /protobuf:"[a-z]+,[0-9]+/)) {
                split(substr($0, RSTART, RLENGTH), tag, ",")
                names[struct "." tag[2]] = name
            }
        }
        FILENAME ~ /\.go$/ { next }
        $1 == "package" { package = $2; sub(/;/, "", package); sub(/^k8s\.io/, "io.k8s", package) }
        $1 == "message" { message = $2; order[++count] = message }
        $1 ~ /^(optional|repeated|map<)/ && message != "" {
            sub(/;.*/, "")
            sub(/map<[a-z0-9]+, */, "map ")
            sub(/>/, "")
            field = $3; number = $5; type = $2
            fields[message, ++length_of[message]] = field " " number " " type
            only_items[message] = length_of[message] == 1 && field == "items" && $1 == "repeated" && type == "string"
        }
        $1 == "}" { message = "" }
        END {
            print ""
            print "package " package
            for (m = 1; m <= count; m++) {
                line = order[m]
                for (f = 1; f <= length_of[order[m]]; f++) {
                    split(fields[order[m], f], part, " ")
                    key = order[m] "." part[2]
                    name = key in names ? names[key] : part[1]
                    line = line " " (name ~ /^[A-Za-z]/ ? name : part[1]) "=" part[2]
                    if (name == "")
                        line = line "/" part[3]
                    else if (only_items[part[3]])
                        line = line "[]"
                }
                print line
            }
        }' "$folder"/types*.go "$proto"
done
