#!/bin/sh
# Lays out a root file system that holds programs, the shared libraries that they load, and nothing else: no shell, no
# package manager. The images are made from it.
#
#   minimal-root.sh ROOT PROGRAM...
set -eu
root=$1
shift
mkdir -p "$root/etc" "$root/var/lib/zonecast"

for program; do
  cp --parents --dereference "$program" "$root"
  ldd "$program" | grep -o '/[^ )]*' | while read -r library; do
    cp --parents --dereference "$library" "$root"
  done
done

install -d -m 1777 "$root/tmp"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'zonecast:x:65532:65532::/var/lib/zonecast:/sbin/nologin' >"$root/etc/passwd"
echo 'zonecast:x:65532:' >"$root/etc/group"
chown 65532:65532 "$root/var/lib/zonecast"
