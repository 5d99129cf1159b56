#!/usr/bin/env bash
# What `dotnet build samples/Hello -t:Kontrakt` does, by hand with the usual commands. Usage: hello.sh HELLO REPOSITORY BASE_IMAGE
# Needs KUBECONFIG. The steps are one after another, as such scripts are.
set -euo pipefail
hello=$1 repository=$2 base=$3
reference=hand-$(git -C "$hello" rev-parse --short HEAD)
ns=by-hand-$$
work=$(mktemp -d)
trap 'kubectl delete namespace "$ns" --ignore-not-found >/dev/null; rm -rf "$work"' EXIT

for project in Api SmokeTest; do
  dotnet publish "$hello/$project" -v q --nologo -t:PublishContainer -p:ContainerBaseImage="$base" -p:ContainerRegistry="${repository%%/*}" \
    -p:ContainerRepository="${repository#*/}/${project,,}" -p:ContainerImageTag="$reference"
done
for file in "$hello"/kontrakt/*.yaml; do
  sed -e "s#\.\./Api#$repository/api:$reference#; s#\.\./SmokeTest#$repository/smoketest:$reference#" "$file" >"$work/${file##*/}"
done

kubectl create namespace "$ns"
kubectl -n "$ns" create serviceaccount kontrakt
kubectl -n "$ns" create rolebinding kontrakt --clusterrole=admin --serviceaccount="$ns:kontrakt"
kubectl -n "$ns" apply -f "$work"
kubectl -n "$ns" wait deployment --all --for=condition=Available --timeout=5m
while :; do
  phase=$(kubectl -n "$ns" get pods -l kontrakt=test -o jsonpath='{.items[*].status.phase}')
  case $phase in Succeeded | Failed) break ;; esac
  sleep 1
done
kubectl -n "$ns" logs -l kontrakt=test --tail=20
[[ $phase = Succeeded ]]
