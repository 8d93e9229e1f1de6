#!/usr/bin/env bash
# Installs the Debian 12 packages that are missing, and nothing when all are there.
#
#   scripts/install-dependencies.sh [build] [test] [bench] [lint]     (build, when nothing is said)
#
# Needs root or sudo only when something is missing. Never asks. Services that come with a package are not
# started. Node older than Vite allows (Debian 12 has 18) is left alone: a newer one, pinned in scripts/node/package.json,
# is put into scripts/node/bin, where the Makefile and CMake look first.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly node_at_least=20.19.0
export PATH="$PWD/scripts/node/bin:$PATH"

packages_of() {
  case $1 in
    build)
      echo make cmake ninja-build g++ ccache pkg-config ca-certificates
      # libboost1.81-dev by that name: libboost-dev is another version and conflicts with it.
      echo libboost1.81-dev libboost-url1.81-dev libssl-dev libsoci-dev libsqlite3-dev libmariadb-dev
      echo libcurl4-openssl-dev libc-ares-dev libsodium-dev libspdlog-dev libfmt-dev libcli11-dev nlohmann-json3-dev libre2-dev libidn2-dev
      echo libhiredis-dev libhowardhinnant-date-dev
      ;;
    test)
      echo git libgtest-dev libgmock-dev zlib1g-dev sqlite3 openssl redis-server chromium fonts-noto-cjk
      echo mariadb-server-core mariadb-client-core
      echo redis-tools curl systemd # the guide's commands; the units are looked at by systemd-analyze
      ;;
    bench) echo nginx-light prometheus-blackbox-exporter redis-server mariadb-server-core mariadb-client-core wrk sqlite3 openssl chromium ;;
    lint) echo git clang-format clang-tidy-16 ;;
    *) echo "unknown group: $1 (build, test, bench, lint)" >&2; return 1 ;;
  esac
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing_packages() {
  local name
  for name in $packages; do is_installed "$name" || echo "$name"; done | sort -u
}

node_is_new_enough() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  printf '%s\n' "$node_at_least" "${version#v}" | sort --check=quiet --version-sort
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "This needs root and there is no sudo. As root, run:  $*" >&2
    return 1
  fi
}

# Debian starts a service when its package arrives, unless this file says no.
keep_services_off() {
  local policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] && return
  trap "as_root rm -f $policy" EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
    -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# The package lists may be absent (container images) or too old to name files that still exist.
install_missing() {
  echo "Installing: $*"
  keep_services_off
  ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 && apt_install "$@" && return
  as_root apt-get update --quiet
  apt_install "$@"
}

install_own_node() {
  echo "Node $(node --version 2>/dev/null || echo 'is absent'): $node_at_least or later is needed, putting one into scripts/node/"
  npm ci --prefix scripts/node --no-audit --no-fund --loglevel=error
  (cd scripts/node && ln -sfn node_modules/node-linux-*/bin bin)
  hash -r
  node_is_new_enough || { echo "No usable Node for $(uname -m) could be installed; install Node $node_at_least or later" >&2; exit 1; }
}

packages=$(for group in "${@:-build}"; do packages_of "$group" || exit; done)
# Debian's npm brings Debian's node, which runs npm for the time it takes to get a newer node.
if ! node_is_new_enough || ! command -v npm >/dev/null; then packages="$packages nodejs npm"; fi

missing=$(missing_packages)
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086  # one word per package
  install_missing $missing
fi
node_is_new_enough || install_own_node
