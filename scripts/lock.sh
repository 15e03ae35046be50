#!/bin/sh
# Writes requirements.lock: every package with its hashes, for all platforms and Python 3.11 to 3.13, without any address.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .uv/bin/uv)
rm -f uv.lock
"$uv" lock --quiet
"$uv" export --quiet --no-emit-project --no-header --output-file requirements.lock
rm -f uv.lock
