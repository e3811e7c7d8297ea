#!/bin/sh
# Subject: CPython, import readline
# Version: 3.11.2-6+deb12u9 with readline 8.2 (Debian 12), ps of procps 4.0.2
# Behaviour: import readline, which rlcompleter and an object of pdb.Pdb do too, puts COLUMNS and LINES into the environment of the process, also without a terminal, where os.environ does not show them. A child started with env=None has them, one with env=os.environ has not, so that ps cuts its lines to 80 columns in the one and not in the other. Known as gh-46927; mended in CPython's source in 2026.
# For a user of odkit: A script of yours that looks for slapd or krb5kdc and their options in what ps or dpkg -l prints may see half of a line once such a module is loaded: give env=os.environ to subprocess.
# Date: 2026-11-29
# Seen:
#   pass: COLUMNS in os.environ: False
#     child with env=None: COLUMNS: False, ps: whole
#     child with env=os.environ: COLUMNS: False, ps: whole
#   import readline: COLUMNS in os.environ: False
#     child with env=None: COLUMNS: True, ps: cut
#     child with env=os.environ: COLUMNS: False, ps: whole
#   import rlcompleter: COLUMNS in os.environ: False
#     child with env=None: COLUMNS: True, ps: cut
#     child with env=os.environ: COLUMNS: False, ps: whole
#   import pdb; pdb.Pdb(): COLUMNS in os.environ: False
#     child with env=None: COLUMNS: True, ps: cut
#     child with env=os.environ: COLUMNS: False, ps: whole

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

update=3.11.2-6+deb12u9
debian python3.11-minimal=$update libpython3.11-minimal=$update libpython3.11-stdlib=$update libreadline8=8.2-1.3 procps=2:4.0.2-3 libproc2-0=2:4.0.2-3
python=$root/debian/usr/bin/python3.11
[ -x "$python" ] || python=/usr/bin/python3.11

cat > children.py << 'END'
import os
import subprocess
import sys

exec(sys.argv[1])

def longest(env):
    """Whether ps shows this program's own last argument, which is behind its 200th column."""
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(os.getpid())], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return "whole" if sys.argv[-1] in shown.stdout else "cut"

def has(env):
    return "COLUMNS" in subprocess.run(["env"], env=env, stdout=subprocess.PIPE, text=True).stdout

print(f"{sys.argv[1]}: COLUMNS in os.environ: {'COLUMNS' in os.environ}")
print(f"  child with env=None: COLUMNS: {has(None)}, ps: {longest(None)}")
print(f"  child with env=os.environ: COLUMNS: {has(os.environ)}, ps: {longest(os.environ)}")
END

observe() {
    unset COLUMNS LINES
    for start in pass 'import readline' 'import rlcompleter' 'import pdb; pdb.Pdb()'; do
        "$python" children.py "$start" "$(printf '%0200d' 0)" last-argument < /dev/null
    done
}

compare observe
