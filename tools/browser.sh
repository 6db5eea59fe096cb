#!/bin/sh
# Finds Chromium for the browser tests, or installs Debian's.
set -eu
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the browser tests."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
    exit 0
fi
echo "The browser tests need Chromium. Install it (for example 'apt install chromium') and run this again; CHROMIUM=/path names one by hand." >&2
exit 1
