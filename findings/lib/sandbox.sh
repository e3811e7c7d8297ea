# shellcheck shell=sh
# What every script of this folder needs: a temporary folder that goes at exit, an empty HOME, pinned packages in it,
# and the comparison of what was seen with the lines below "# Seen:" in the script's own head.
#
# Exit codes of a script: 0 as stated, 1 it changed, 2 it could not be tried (a package or a program is missing).

set -eu
script=$0
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(mktemp -d)
HOME=$root/home
LC_ALL=C.UTF-8
TZ=UTC
export HOME LC_ALL TZ
PATH=$PATH:/usr/sbin:/sbin
mkdir "$root/home" "$root/work" "$root/debian"
unset LDAPRC LDAPCONF LDAPBASE LDAPURI KRB5_CONFIG KRB5_KDC_PROFILE PYTHONPATH
LDAPNOINIT=1
export LDAPNOINIT
cd "$root/work"

leave() {
    code=$?
    trap - EXIT INT TERM
    # a file, because what observes runs in a subshell, whose variables are gone with it
    if [ -f "$root/servers" ]; then
        while read -r server; do kill "$server" 2> /dev/null || true; done < "$root/servers"
    fi
    cd /
    rm -rf "$root"
    exit "$code"
}
trap leave EXIT
trap 'exit 2' INT TERM

cannot() {
    echo "not tried: $*" >&2
    exit 2
}

# debian NAME=VERSION ...: the system's package if it is that version, else unpacked below the temporary folder
debian() {
    missing=
    for package in "$@"; do
        have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "${package%%=*}" 2> /dev/null || true)
        [ "$have" = "installed ${package#*=}" ] || missing="$missing $package"
    done
    if [ -n "$missing" ]; then
        mkdir "$root/debs"
        # shellcheck disable=SC2086 # a list of package names
        (cd "$root/debs" && apt-get download -qq -o APT::Sandbox::User=root $missing) > "$root/log" 2>&1 ||
            cannot "$missing: $(tail -n 1 "$root/log")"
        for deb in "$root"/debs/*.deb; do dpkg-deb -x "$deb" "$root/debian"; done
        rm -r "$root/debs"
    fi
    libraries=$(find "$root/debian" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
    if [ -n "$libraries" ]; then
        LD_LIBRARY_PATH=$libraries
        export LD_LIBRARY_PATH
    fi
    PATH=$root/debian/usr/bin:$root/debian/usr/sbin:$root/debian/bin:$root/debian/sbin:$PATH
}

# pypi NAME==VERSION ...: into an environment of its own; "$python" runs it
pypi() {
    python3 -m venv --without-pip "$root/venv" || cannot "python3 has no venv"
    python=$root/venv/bin/python
    python3 -m pip --quiet --disable-pip-version-check --python "$python" install --no-compile "$@" > "$root/log" 2>&1 ||
        cannot "$* is not to be had: $(tail -n 1 "$root/log")"
}

# npm_packages NAME@VERSION ...: into ./node_modules
npm_packages() {
    command -v npm > /dev/null || cannot "npm is missing"
    npm install --silent --no-audit --no-fund --no-save --ignore-scripts "$@" > "$root/log" 2>&1 ||
        cannot "$* is not to be had: $(tail -n 1 "$root/log")"
}

# free_port: a TCP port of the loopback address that nobody listens on
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# until_ready COMMAND ...: tries it for 20 seconds
until_ready() {
    tries=0
    until "$@" > "$root/log" 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || cannot "no answer from: $*"
        sleep 0.2
    done
}

# code COMMAND ...: runs it in silence and prints its exit code
code() {
    if "$@" > "$root/out" 2>&1; then echo 0; else echo $?; fi
}

# compare FUNCTION: prints what it prints and compares it with "# Seen:" of the script's head; empty lines do not count
compare() {
    sed -n '/^# Seen:$/,/^[^#]/s/^#   //p' "$here/${script##*/}" > "$root/stated"
    { "$1" 2>&1 || echo "(stopped with exit code $?)"; } | sed "s#$root#ROOT#g; s/ *\$//; /^\$/d" > "$root/seen"
    cat "$root/seen"
    if ! diff -u "$root/stated" "$root/seen" > "$root/difference"; then
        echo "CHANGED (- stated, + seen now):"
        sed 1,2d "$root/difference"
        exit 1
    fi
}
