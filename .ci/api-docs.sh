#!/usr/bin/env bash
# Writes target/api-docs: what the page of the HTTP API needs, compressed, for the binary to hold.
set -euo pipefail
cd "$(dirname "$0")/.."

from=target/tools/api-docs/node_modules/swagger-ui-dist
to=target/api-docs
rm -rf "$to"
mkdir -p "$to"
# Browsers get these two as they are: only the files that were looked at.
sha256sum --check --quiet <<END
e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2  $from/swagger-ui-bundle.js
5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d  $from/swagger-ui.css
END
# Their last line names a source map that is not here.
for file in swagger-ui-bundle.js swagger-ui.css; do
  sed -E 's,(//|/\*)# sourceMappingURL=.*$,,' "$from/$file" >"$to/$file"
done
cp src/app/docs/api-docs.* "$to"
node .ci/precompress.mjs "$to"
