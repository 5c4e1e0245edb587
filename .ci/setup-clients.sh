#!/bin/sh
# Install the programs that tests hand our files to: OmegaT, gettext, po4a, xmllint, translate-toolkit, and Chromium for the report.
# Needs Debian (or a child of it) and root; elsewhere it says so, installs nothing, and those tests are skipped.
#
# Usage: settings=$(.ci/setup-clients.sh) && eval "$settings"
#
# Standard output is for eval: the line that tells the tests where translate-toolkit is. Everything else goes to
# standard error. Running it again installs only what is missing.
set -eu

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup-clients: needs root and apt-get; nothing is installed, tests with real programs will be skipped" >&2
    exit 0
fi

toolkit=${XDG_CACHE_HOME:-$HOME/.cache}/align-tm/toolkit
export DEBIAN_FRONTEND=noninteractive

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# omegat brings a Java along; it is run headless, so nothing that is only recommended is needed.
missing=
for package in chromium gettext libxml2-utils omegat po4a python3-venv; do
    is_installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    apt-get update -qq >&2
    # Unquoted: one word per package.
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >&2
fi

# An environment of its own: translate-toolkit installs dozens of commands.
if ! "$toolkit/bin/python" -c 'import translate.storage.tmx, translate.storage.pypo' 2>/dev/null; then
    python3 -m venv --clear "$toolkit" >&2
    "$toolkit/bin/python" -m pip install --quiet --disable-pip-version-check 'translate-toolkit>=3.13' >&2
fi

printf "export ALIGN_TM_TOOLKIT_PYTHON='%s'\n" "$toolkit/bin/python"
