#!/usr/bin/env bash
# Formatting, clippy for both targets, and what keeps server crates out of the browser.
set -euo pipefail
cd "$(dirname "$0")/.."

browser=(--locked --no-default-features --features hydrate --target wasm32-unknown-unknown)

cargo fmt --check
cargo fmt --check --manifest-path build/Cargo.toml
cargo clippy --locked --features ssr --all-targets -- -D warnings
cargo clippy "${browser[@]}" --lib -- -D warnings
cargo clippy --locked --manifest-path build/Cargo.toml --target-dir target/driver -- -D warnings

# leptos_config names regex for reading Cargo.toml; nothing in the browser calls it, so the linker drops it.
server_only='^(tokio|sqlx|axum|argon2|regex|hyper|rustls|lettre|ring)(-|_| )'
tree=$(cargo tree "${browser[@]}" --edges normal,no-proc-macro --prune leptos_config --prefix none)
if grep -E "$server_only" <<<"$tree" | sort -u | grep .; then
  echo "lint: these server crates reach the browser; make them optional and list them under ssr in Cargo.toml" >&2
  exit 1
fi
