#!/usr/bin/env bash
# Installs what is missing, and says what it does and how long that takes. Called by make, which sets PATH.
#
#   .ci/setup.sh rust     compiler, lints and the browser's target
#   .ci/setup.sh tools    what turns Rust into the browser's files
#   .ci/setup.sh dev      what `make dev` serves with, and nothing else needs
#   .ci/setup.sh tests    two browsers, PostgreSQL, the clients that are run against Doorward, the tests' packages
#   .ci/setup.sh benches  what `make bench` measures with, and against
set -euo pipefail
cd "$(dirname "$0")/.."

CARGO_LEPTOS=0.3.10 # 0.3.11 needs a newer Rust; 0.3.6 splits pages wrongly
BINARYEN=132.0.0    # brings wasm-opt; the one in Debian 12 is too old
ESBUILD=0.28.2      # minifies JavaScript and styles
SWAGGER_UI=5.35.0   # with another one, write its checksums into .ci/api-docs.sh

say() { printf '\033[1msetup:\033[0m %s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# debian COMMAND-OR-PATH PACKAGE…: installs the packages unless the command is there.
missing=()
debian() { have "$1" || missing+=("${@:2}"); }
install_debian() {
  ((${#missing[@]})) || return 0
  have apt-get || fail "please install, in your system's way: ${missing[*]}"
  local root=() && [ "$(id -u)" = 0 ] || root=(sudo)
  say "installing ${missing[*]} with apt-get, about 2 minutes"
  "${root[@]}" apt-get update -qq </dev/null
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
  missing=()
}

# tool NAME VERSION ABOUT CARGO-INSTALL-ARGUMENT…: a version of yours that differs stays; ours then goes to target/tools.
tool() {
  local name=$1 version=$2 about=$3 place=()
  [ "$("$name" --version 2>/dev/null | awk '{ print $2 }')" != "$version" ] || return 0
  if have "$name"; then place=(--root target/tools); fi
  say "compiling $name $version, $about"
  env -u CARGO_TARGET_DIR cargo install --quiet --force "${place[@]}" "${@:4}"
}

rust() {
  debian make make
  debian cc build-essential
  install_debian
  have cargo || fail "Rust is missing: install it with rustup, then run this again"
  local want at
  want=$(awk -F '"' '/^rust-version/ { print $2 }' Cargo.toml)
  at=$(rustc --version | awk '{ print $2 }')
  printf '%s\n' "$want" "${at%%-*}" | sort -CV || fail "Rust $want or newer is needed, this is $at: run 'rustup update'"
  if [ ! -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    have rustup || fail "this Rust cannot build for the browser: install Rust with rustup, then run this again"
    say "adding Rust's wasm32-unknown-unknown target, under a minute"
    rustup target add wasm32-unknown-unknown
  fi
  if ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
    say "adding clippy and rustfmt, under a minute"
    rustup component add clippy rustfmt
  fi
}

tools() {
  # Both at once, as npm clears away what it was not told of.
  if ! grep -qs "\"version\": \"$BINARYEN\"" target/tools/node_modules/binaryen/package.json ||
    ! grep -qs "\"version\": \"$ESBUILD\"" target/tools/node_modules/esbuild/package.json; then
    node_and_npm
    say "installing npm's binaryen $BINARYEN and esbuild $ESBUILD in target/tools, a few seconds"
    mkdir -p target/tools
    npm install --prefix target/tools --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
      "binaryen@$BINARYEN" "esbuild@$ESBUILD"
  fi

  # In a folder of its own. Without scripts: one of them reports installations.
  local docs=target/tools/api-docs
  if ! grep -qs "\"version\": \"$SWAGGER_UI\"" "$docs/node_modules/swagger-ui-dist/package.json"; then
    node_and_npm
    say "installing npm's swagger-ui-dist $SWAGGER_UI in $docs, a few seconds"
    mkdir -p "$docs"
    npm install --prefix "$docs" --ignore-scripts --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
      "swagger-ui-dist@$SWAGGER_UI"
  fi
}

dev() {
  # Unoptimised: it only drives the build, and compiles in half the time.
  CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    tool cargo-leptos "$CARGO_LEPTOS" "about 11 minutes of one core, once; only 'make dev' needs it" \
    --locked "cargo-leptos@$CARGO_LEPTOS" --features no_downloads

  local bindgen # must be the crate's version to the digit
  bindgen=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' Cargo.lock)
  tool wasm-bindgen "$bindgen" "about 5 minutes of one core, once; only 'make dev' needs it" "wasm-bindgen-cli@$bindgen"
}

tests() {
  have google-chrome || have chromium-browser || debian chromium chromium fonts-liberation
  have firefox || debian firefox-esr firefox-esr
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || debian initdb postgresql
  debian curl curl
  debian openssl openssl
  python3 -c 'import ensurepip' >/dev/null 2>&1 || debian no-venv python3-venv
  web_server
  install_debian
  npm_packages end2end "the browser tests'"
  npm_packages clients "the clients'"
  python_packages
}

# Only the program is needed: where installing it would also serve port 80 from now on, that is turned off again.
web_server() {
  ! have nginx && [ ! -x /usr/sbin/nginx ] || return 0 # Debian keeps it where only root looks
  debian nginx nginx
  install_debian
  if have systemctl && systemctl is-active --quiet nginx; then
    say "turning off the nginx service that came along"
    local root=() && [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" systemctl disable --now --quiet nginx
  fi
}

benches() {
  debian wrk wrk
  install_debian
  # better-sqlite3 brings its binary for most systems, and compiles it on the others.
  npm_packages benches "the benches'" "or 2 minutes"
}

# npm_packages FOLDER WHOSE [OR-HOW-LONG]: what its package-lock.json names.
npm_packages() {
  node_and_npm
  [ ! "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] || return 0
  say "installing $2 npm packages in $1, a few seconds${3:+ $3}"
  npm ci --prefix "$1" --no-audit --no-fund --loglevel=error
}

# Finished wheels alone, each with the hash that is written down.
python_packages() {
  local at=target/clients/python
  [ ! "$at/installed" -nt clients/requirements.txt ] || return 0
  say "installing the clients' Python packages in $at, under a minute"
  rm -rf "$at"
  python3 -m venv "$at"
  "$at/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    -r clients/requirements.txt
  touch "$at/installed"
}

node_and_npm() {
  local at
  at=$(node -p 'process.versions.node' 2>/dev/null) || at=0
  have npm && [ "${at%%.*}" -ge 20 ] || fail "Node.js 20 or newer with npm is needed: install it, then run this again"
}

for part; do "$part"; done
