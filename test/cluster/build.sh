#!/usr/bin/env bash
# Builds etcd, kube-apiserver and kubectl, unless the cache has them, and prints the folder they are in.
#
#   ZONECAST_CLUSTER_CACHE=DIR test/cluster/build.sh       default: ~/.cache/zonecast/cluster
#   test/cluster/build.sh --there       builds nothing; prints nothing when the cache does not have them
#
# The folder is named for the versions and for a checksum of what they are built from. Takes five minutes on two cores
# the first time.
set -euo pipefail
cd "$(dirname "$0")"

version=$(sed -n 's|^\tk8s.io/kubernetes \(v[0-9.]*\)$|\1|p' go.mod)
sources=$(cat go.mod go.sum cmd/*/main.go | sha256sum | cut -c1-12)
folder="${ZONECAST_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/zonecast/cluster}/$version-$sources"

if [ "${1:-}" = --there ]; then
  [ ! -x "$folder/kubectl" ] || echo "$folder"
  exit 0
fi
if [ ! -x "$folder/kubectl" ]; then
  mkdir -p "$folder"
  unfinished=$(mktemp -d "$folder/build-XXXXXX")
  trap 'rm -rf "$unfinished"' EXIT
  echo "building etcd, kube-apiserver and kubectl $version, some minutes once" >&2
  CGO_ENABLED=0 nice go build -trimpath -buildvcs=false -o "$unfinished/" \
    -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" ./cmd/... >&2
  # kubectl last: where it is, the others are.
  mv "$unfinished"/{etcd,kube-apiserver,kubectl} "$folder/"
fi
echo "$folder"
