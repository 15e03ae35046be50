#!/bin/sh
# Makes the environment named in $1 with exactly the packages of requirements.lock (hashes checked) and homeward itself.
# Needs Python 3.11 to 3.13 and a package index. uv is used where it is; else it is installed into .uv; else pip does it.
set -eu
venv=$1
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }

python=
for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python=$(command -v "$name")
        break
    fi
done
if [ -z "$python" ]; then
    say "homeward needs Python 3.11, 3.12 or 3.13, and found none. Install one and run the command again."
    exit 1
fi

make_venv() { # Debian and Ubuntu ship Python without the part that makes environments
    "$python" -m venv "$1" >/dev/null 2>&1 && return
    rm -rf "$1"
    version=$("$python" -c 'import sys; print(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing $version, which Python needs to make environments"
        { apt-get update && apt-get install -y --no-install-recommends "$version"; } >/dev/null 2>&1 || true
        "$python" -m venv "$1" && return
    fi
    say "this Python cannot make environments. Run: sudo apt-get install $version"
    exit 1
}

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    if [ ! -x .uv/bin/uv ]; then
        say "fetching the installer"
        make_venv .uv
        .uv/bin/pip install --quiet uv || say "no uv to be had; going on with pip, which takes longer"
    fi
    uv=.uv/bin/uv
fi

if [ -x "$uv" ]; then
    say "installing the packages of requirements.lock"
    [ -x "$venv/bin/python" ] || "$uv" venv --quiet --python "$python" "$venv"
    VIRTUAL_ENV=$venv "$uv" pip sync --quiet --require-hashes requirements.lock
    VIRTUAL_ENV=$venv "$uv" pip install --quiet --no-deps --no-build-isolation --editable .
else
    say "installing the packages of requirements.lock with pip"
    [ -x "$venv/bin/python" ] || make_venv "$venv"
    "$venv/bin/python" -m pip install --quiet --require-hashes --requirement requirements.lock
    "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
fi
say "ready: $venv/bin/homeward"
