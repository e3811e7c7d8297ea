#!/bin/sh
# Subject: DuckDB (PyPI), progress bar
# Version: 2.0.1
# Behaviour: In a program without a file (python -c, an interactive Python) a query of more than two seconds draws its progress bar into standard output, also into a pipe or a file; the same program run from a file or from standard input draws none. SET progress_bar_time switches the bar on for those as well.
# For a user of odkit: Say SET enable_progress_bar = false before a query of the tables whose output goes on, or the first line of a CSV holds a bar; odkit ask does so.
# Date: 2026-11-28
# Seen:
#   file: enabled False, a bar in the output: no
#   standard input: enabled False, a bar in the output: no
#   -c: enabled True, a bar in the output: yes
#   -c, enable_progress_bar = false: enabled False, a bar in the output: no
#   file, progress_bar_time = 1000: enabled True, a bar in the output: yes

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi duckdb==2.0.1

# the query is ended after four seconds, so that it takes as long on every machine
cat > count.py << 'END'
import os, threading, duckdb
connection = duckdb.connect()
connection.execute("SET threads = 1")
connection.execute(os.environ["setting"])
enabled = connection.execute("SELECT current_setting('enable_progress_bar')").fetchone()[0]
threading.Timer(4, connection.interrupt).start()
try:
    connection.execute("SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) % 7 = 1").fetchall()
except duckdb.InterruptException:
    print("enabled", enabled)
END

# drawn NAME SETTING COMMAND ...
drawn() {
    name=$1 setting=$2
    shift 2
    export setting
    "$@" > output
    bar=no
    if grep -q % output; then bar=yes; fi
    echo "$name: $(grep -o 'enabled.*' output), a bar in the output: $bar"
}

observe() {
    same="SET threads = 1"
    drawn file "$same" "$python" count.py
    drawn "standard input" "$same" "$python" < count.py
    drawn -c "$same" "$python" -c "$(cat count.py)"
    drawn "-c, enable_progress_bar = false" "SET enable_progress_bar = false" "$python" -c "$(cat count.py)"
    drawn "file, progress_bar_time = 1000" "SET progress_bar_time = 1000" "$python" count.py
}

compare observe
