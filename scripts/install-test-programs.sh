#!/usr/bin/env bash
# Installs the Debian packages of the programs that the tests run under the LibOS, and of what builds them.
# Does nothing when all are there. Needs root only when one is missing. No service is started.
set -euo pipefail

packages=(
  busybox-static ca-certificates cmake curl fio g++ gcc git golang-go gzip hwloc-nox inotify-tools libc6-dev make musl-tools nginx
  openjdk-17-jre-headless openssl perl postgresql procps proot python3 python3-seccomp redis-server redis-tools sqlite3 strace stress-ng tar
  util-linux wrk
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done

if [ ${#missing[@]} -eq 0 ]; then
  echo "test programs: all ${#packages[@]} packages are there"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "test programs: run this as root to install ${missing[*]}" >&2
  exit 1
fi

# Debian starts a service when it is installed; this file, while it is there, forbids that.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
echo "test programs: installed ${missing[*]}"
