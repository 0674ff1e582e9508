import { describe, expect, test } from 'vitest';

import { shell, succeed } from './support/occlum.js';
import { findProgram, needs } from './support/programs.js';

/** What a shell does all day. */
const SCRIPT = String.raw`
# pipes
printf '%s\n' pear apple fig | sort | tr a-z A-Z | head -n 2
# loops and arithmetic
sum=0; for i in 1 2 3 4 5; do sum=$((sum + i)); done; echo "sum $sum"
while read -r name value; do echo "$value-$name"; done <<END
one 1
two 2
END
# substitution, nested, with its status
echo "$(echo outer $(echo inner))"
x=$(exit 7) || echo "status $?"
# here-documents with and without expansion
cat <<END
$((6 * 7)) $sum
END
cat <<'END'
$sum stays
END
# background jobs
(sleep 0.05; exit 4) & first=$!
(exit 5) & second=$!
wait $first || echo "first $?"
wait $second || echo "second $?"
# redirection
echo out >file; echo more >>file; cat <file | wc -l | tr -d ' '
{ echo to-stderr >&2; } 2>&1 | sed s/to-/from-/
exec 5>five; echo five >&5; exec 5>&-; cat five
# subshells keep their changes
(cd /; sum=0; pwd); echo "$sum"
# functions, case, globbing
f() { case $1 in a*) echo "a-word $1";; *) echo "other $1";; esac; }
f apple; f pear
touch g1 g2 g3; echo g*; rm g2; echo g[23]
# a pipeline of many, and one whose reader leaves
seq 1 100000 | cat | cat | cat | tail -n 1
yes | head -n 1
# trap and status
(trap 'echo trapped' EXIT; exit 3) || echo "status $?"
test -d . && [ ! -e nothing ] && echo tested
`;

const EXPECTED = `APPLE
FIG
sum 15
1-one
2-two
outer inner
status 7
42 15
$sum stays
first 4
second 5
2
from-stderr
five
/
15
a-word apple
other pear
g1 g2 g3
g3
100000
y
trapped
status 3
tested
`;

/** Runs the script with a shell in an empty directory. */
function withShell(command: string): Promise<string> {
  return shell(`cat >script <<'END-OF-SCRIPT'\n${SCRIPT}END-OF-SCRIPT\nmkdir work; cd work; ${command} ../script`);
}

describe('a shell script', () => {
  test('by dash', async () => {
    expect(await withShell('/bin/dash')).toBe(EXPECTED);
  });

  test('by busybox, static', async (context) => {
    needs(context, 'busybox');
    expect(await withShell(`${findProgram('busybox') ?? ''} ash`)).toBe(EXPECTED);
  });

  test('by bash', async (context) => {
    needs(context, 'bash');
    expect(await withShell('/bin/bash')).toBe(EXPECTED);
  });
});

test('busybox alone: its applets, without any other program', async (context) => {
  needs(context, 'busybox');
  const applets = 'busybox seq 1 20 | busybox grep 1 | busybox sort -rn | busybox head -n 2; busybox echo hi | busybox sed s/h/H/; busybox true; exit 3';
  expect(await shell(`busybox sh -c '${applets}' || echo "status $?"`)).toBe('19\n18\nHi\nstatus 3\n');
});

test('what only bash has', async (context) => {
  needs(context, 'bash');
  const script = String.raw`
    declare -A colour=([sky]=blue [sea]=green); echo "${'$'}{colour[sea]} ${'$'}{#colour[@]}"
    diff <(printf '1\n2\n') <(printf '1\n3\n') | grep '^[<>]'
    coproc cat; echo through >&"${'$'}{COPROC[1]}"; read -r line <&"${'$'}{COPROC[0]}"; echo "$line"
    shopt -s lastpipe; echo last | read -r word; echo "$word"
    set -o pipefail; false | true || echo "pipefail $?"
    status=0; read -r -t 0.05 < <(sleep 1) || status=$?; (( status > 128 )) && echo timeout
    for ((i = 0; i < 200; i++)); do (exit $((i % 3))) & jobs[i]=$!; done
    sum=0; for job in "${'$'}{jobs[@]}"; do wait "$job"; sum=$((sum + $?)); done; echo "statuses $sum"
    printf -v text '%05d' 42; echo "$text"`;
  expect(await succeed('/bin/bash', ['-c', script])).toBe('green 2\n< 2\n> 3\nthrough\nlast\npipefail 1\ntimeout\nstatuses 199\n00042\n');
});

test('200 processes one after another, and a deep pipeline', async () => {
  expect(await shell('i=0; while [ $i -lt 200 ]; do /bin/true; i=$((i + 1)); done; echo $i')).toBe('200\n');
  expect(await shell(`echo deep ${'| /bin/cat '.repeat(40)}`)).toBe('deep\n');
});
