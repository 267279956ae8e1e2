# Sourced by the scripts beside it: named checks, servers that end with the script, and nothing left behind.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
H2SESSION_JAR=${H2SESSION_JAR:-$ROOT/examples/target/h2session.jar}
BENCHMARKS_JAR=${BENCHMARKS_JAR:-$ROOT/benchmarks/target/benchmarks.jar}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/h2session.XXXXXX")
STARTED=()
FAILED=()
PASSED=0

leave() {
    local pid
    for pid in ${STARTED[@]+"${STARTED[@]}"}; do
        kill "$pid" 2>>"$WORK/leave.log" || true
    done
    for pid in ${STARTED[@]+"${STARTED[@]}"}; do
        wait "$pid" 2>>"$WORK/leave.log" || true
    done
    rm -rf "$WORK"
}
trap leave EXIT
trap 'exit 130' INT TERM

die() {
    echo "FAILED: $*" >&2
    exit 1
}

need_jar() {
    [[ -f $1 ]] || die "$1 is not built; run: mvn -B verify"
}

# check NAME COMMAND...: runs COMMAND and remembers whether it succeeded; its output shows only if not. A function fails with the
# first of its commands that does: bash would go on after it if the call stood in a condition.
check() {
    local name=$1 log=$WORK/check.log status
    shift
    set +e
    (set -euo pipefail; "$@") >"$log" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
        echo "  ok      $name"
        PASSED=$((PASSED + 1))
    else
        echo "  FAILED  $name (exit code $status): $*"
        tail -n 60 "$log" | cut -c1-300 | sed 's/^/          /'
        FAILED+=("$name")
    fi
}

# finish: the last line of a script; fails if any check failed.
finish() {
    if ((${#FAILED[@]})); then
        echo "FAILED ${#FAILED[@]} of $((PASSED + ${#FAILED[@]})) checks:" >&2
        printf '  %s\n' "${FAILED[@]}" >&2
        exit 1
    fi
    ((PASSED)) || die "no check was run"
    echo "all $PASSED checks passed"
}

# start LOG COMMAND...: starts a server that prints "listening on URL" and sets URL and PORT from that line.
start() {
    local log=$WORK/$1.log
    shift
    : >"$log" # it may be looked at before the server's process opens it
    "$@" >"$log" 2>&1 &
    local pid=$!
    STARTED+=("$pid")
    URL=
    for _ in $(seq 300); do
        URL=$(sed -n 's/.*listening on \(https\{0,1\}:\/\/[^ /]*\).*/\1/p' "$log" | head -n 1)
        [[ -n $URL ]] && break
        kill -0 "$pid" 2>>"$WORK/leave.log" || break
        sleep 0.1
    done
    if [[ -z $URL ]]; then
        cat "$log" >&2
        die "did not start: $*"
    fi
    PORT=${URL##*:}
}

# start_quiet LOG PORT COMMAND...: starts a server that says nothing, and waits until PORT accepts.
start_quiet() {
    local log=$WORK/$1.log port=$2
    shift 2
    "$@" >"$log" 2>&1 &
    local pid=$!
    STARTED+=("$pid")
    for _ in $(seq 300); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>>"$WORK/leave.log"; then
            return
        fi
        kill -0 "$pid" 2>>"$WORK/leave.log" || break
        sleep 0.1
    done
    cat "$log" >&2
    die "did not start: $*"
}

# free_port: prints a port nobody listens on at the moment, below those that the system gives to connections: none of them takes it
# before a server does, or while a server is away.
free_port() {
    node -e '
        const fs = require("fs"), net = require("net"), range = "/proc/sys/net/ipv4/ip_local_port_range"
        const first = fs.existsSync(range) ? parseInt(fs.readFileSync(range, "utf8")) : 32768
        const attempt = () => {
            const port = first > 12000 ? first - 1 - Math.floor(Math.random() * 10000) : 0
            const server = net.createServer().on("error", attempt)
            server.listen(port, "127.0.0.1", () => { console.log(server.address().port); server.close() })
        }
        attempt()'
}

h2session() {
    timeout 600 java -jar "$H2SESSION_JAR" "$@"
}

sha256() {
    sha256sum <"$1" | cut -d' ' -f1
}

# same FILE FILE: both exist and hold the same bytes.
same() {
    [[ -f $1 && -f $2 ]] || { echo "missing: $1 or $2"; return 1; }
    [[ $(sha256 "$1") == "$(sha256 "$2")" ]] || { echo "differ: $(wc -c "$1" "$2")"; return 1; }
}
