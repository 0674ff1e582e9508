import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { host, outcome, run, shell, succeed } from './support/occlum.js';
import { GUEST_SOURCES, isVisible } from './support/places.js';
import { needs } from './support/programs.js';
import { NATIVE, VARIANT } from './support/variant.js';

const LISTING_TIMEOUT_MS = 110_000;

/** Output of a script, natively and in the LibOS, as the same user. */
async function both(script: string): Promise<{ native: string; libos: string }> {
  const native = outcome(await host(['/bin/sh', '-c', script], { timeout: LISTING_TIMEOUT_MS }), script);
  const libos = await run('/bin/sh', ['-c', script], { cwd: '/', timeoutMs: LISTING_TIMEOUT_MS });
  expect([libos.status, libos.stderr]).toEqual([native.status, native.stderr]);
  return { native: native.stdout, libos: libos.stdout };
}

/** The first lines that differ: two listings of 150,000 lines are nothing to read. */
function differences(left: string, right: string): string[] {
  const other = new Set(right.split('\n'));
  const own = new Set(left.split('\n'));
  const missing = [...own].filter((line) => !other.has(line)).map((line) => `- ${line}`);
  const added = [...other].filter((line) => !own.has(line)).map((line) => `+ ${line}`);
  return [...missing.slice(0, 10), ...added.slice(0, 10)];
}

describe('the files of the host are what they are', () => {
  // All of /usr once; for the other variants a part that is enough to see what differs by user.
  const usr = VARIANT === 'self' ? '/usr' : '/usr/bin /usr/sbin /usr/lib/x86_64-linux-gnu /usr/local';

  test(`ls -lR ${usr}`, { timeout: 2 * LISTING_TIMEOUT_MS }, async () => {
    const { native, libos } = await both(`LC_ALL=C ls -lR ${usr} 2>&1`);
    expect(differences(native, libos)).toEqual([]);
    expect(libos === native).toBe(true);
  });

  test(`find ${usr} /etc`, { timeout: 2 * LISTING_TIMEOUT_MS }, async () => {
    const { native, libos } = await both(`find ${usr} /etc -xdev -printf '%y %m %U %s %p\\n' 2>&1 | LC_ALL=C sort`);
    expect(differences(native, libos)).toEqual([]);
    expect(libos === native).toBe(true);
  });

  test('their bytes', async () => {
    const { native, libos } = await both(`find /usr/bin /etc -xdev -maxdepth 1 -type f -readable | LC_ALL=C sort | head -n 300 | tr '\\n' '\\0' | xargs -0 md5sum 2>&1`);
    expect(differences(native, libos)).toEqual([]);
  });
});

test('tar and gzip, there and back', async (context) => {
  needs(context, 'tar', 'gzip');
  const script = `
    mkdir -p tar/deep/er; ln -s ../target tar/deep/link; cp -a /usr/include/linux tar
    echo text >tar/deep/er/file; chmod 640 tar/deep/er/file; touch -d '2001-02-03 04:05:06.789' tar/deep/er/file
    ln tar/deep/er/file tar/hard
    head -c 3000000 /dev/urandom >tar/random; truncate -s 5M tar/sparse; mkfifo tar/fifo; : >"tar/odd name"
    tar -czf archive.tgz tar; gzip -t archive.tgz
    mkdir back; tar -xzf archive.tgz -C back
    diff -r --no-dereference -x fifo tar back/tar && test -p back/tar/fifo && echo same
    stat -c '%a %Y %s %h' back/tar/deep/er/file
    tar -df archive.tgz && echo no difference`;
  expect(await shell(script)).toBe('same\n640 981173106 5 2\nno difference\n');
});

test('git init, add, commit, log', async (context) => {
  needs(context, 'git');
  const script = `
    export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
    git config --global user.name Tester; git config --global user.email tester@example.org; git config --global init.defaultBranch main
    git init -q repo; cd repo
    for i in $(seq 50); do echo "line $i" >file$i; done
    git add .; git commit -q -m first; echo more >>file7; git commit -q -am second; git mv file8 renamed; git commit -q -m third
    git log --format=%s; git status --porcelain | wc -l; git diff --stat HEAD~2 | tail -n 1
    git checkout -q -b side HEAD~1; echo side >side; git add side; git commit -q -m side; git merge -q main -m merged
    git gc -q; git fsck --no-progress; git clone -q . ../copy; git -C ../copy log --oneline | wc -l`;
  expect(await shell(script)).toBe('third\nsecond\nfirst\n0\n 2 files changed, 1 insertion(+)\n5\n');
});

test('make -j4 of a C project with gcc', async (context) => {
  needs(context, 'make', 'gcc');
  const makefile = join(GUEST_SOURCES, 'make-project', 'Makefile');
  const flags = isVisible(makefile) ? [] : ['-v', `${GUEST_SOURCES}:${GUEST_SOURCES}:ro`];
  expect(await shell(`make -s -j4 -f ${makefile}; make -s -f ${makefile}; ls *.o | wc -l`, { flags })).toBe('sum 78\nsum 78\n13\n');
});

test('perl', async (context) => {
  needs(context, 'perl');
  const script = String.raw`
    use strict; use warnings; use IPC::Open3; use File::Temp 'tempfile'; use Socket; $| = 1;
    my %count; $count{$_ % 7}++ for 1..100000; print join(',', map { $count{$_} } sort keys %count), "\n";
    my ($handle, $name) = tempfile(); print $handle "line $_\n" for 1..1000; close $handle;
    open my $in, '<', $name or die; my @lines = <$in>; print scalar(@lines), " ", $lines[999]; unlink $name;
    my $pid = fork; if (!$pid) { exit 9 } waitpid $pid, 0; print $? >> 8, "\n";
    print qx(echo from a shell);
    local $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; select undef, undef, undef, 10; }; print $@;
    socketpair(my $left, my $right, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die; syswrite $left, 'pair'; sysread $right, my $text, 10; print "$text\n";`;
  expect(await succeed('/usr/bin/perl', ['-e', script])).toBe('14285,14286,14286,14286,14286,14286,14285\n1000 line 1000\n9\nfrom a shell\nalarm\npair\n');
});

test('what may be done to a file', async () => {
  const script = `
    echo text >file; chmod 400 file; cat file; stat -c %a file; chmod 644 file
    ln file hard; stat -c %h file; ln -s file soft; readlink soft; cat soft; rm file; cat hard
    mkdir -p a/b/c; touch a/b/c/d; mv a/b x; ls -R x; rmdir a; rm -r x; ls
    echo abc >f; truncate -s 1 f; cat f; echo; dd if=/dev/zero of=f bs=1 seek=9 count=1 2>/dev/null; wc -c <f
    exec 3<>f; rm f; echo unlinked >&3; cat /proc/self/fd/3 | tr -d '\\0' | head -n 1; exec 3>&-
    mkdir d; touch d/x; rmdir d 2>&1 | sed 's/.*: //'; mv hard d; ls d; cd d; cd ..; basename "$(readlink -f d/x)"
    umask 027; mkdir m; touch n; stat -c %a m n; mkfifo p; (echo through >p) & cat p; cp -a d e; cmp d/hard e/hard && echo same`;
  const expected = ['text', '400', '2', 'file', 'text', 'text', 'x:', 'c', '', 'x/c:', 'd', 'hard', 'soft', 'a', '10', 'unlinked', 'Directory not empty', 'hard', 'x', 'x', '750', '640', 'through', 'same', ''];
  expect((await shell(script)).split('\n')).toEqual(expected);
});

test.skipIf(NATIVE)('the lower layer is copied up, moved and hidden', async () => {
  const script = `
    f=/var/tmp/$(basename "$PWD"); mkdir "$f"; cp -r /usr/include/linux "$f/linux"
    mv "$f" "$f-moved"; ls "$f-moved"; rm -r "$f-moved"; ls "$f-moved" 2>/dev/null || echo gone
    before=$(stat -c '%d %i' "$0"); stat -c '%d %i' /bin/sh >/dev/null
    ls /var/tmp | grep -c moved || true`;
  expect(await shell(script)).toBe('linux\ngone\n0\n');
});

test.skipIf(NATIVE)('a file of the user is changed inside only', async () => {
  const directory = outcome(await host(['/bin/mktemp', '-d', '/var/tmp/occlum-e2e-XXXXXX']), 'mktemp').stdout.trim();
  try {
    outcome(await host(['/bin/sh', '-c', `cd ${directory} && echo outside >file && mkdir folder && echo deep >folder/deep`]), 'sh');
    const script = `cd ${directory}; before=$(stat -c '%d %i' file); echo inside >>file; [ "$before" = "$(stat -c '%d %i' file)" ] && echo same inode
      cat file; mv folder other; cat other/deep; ls; rm -r other; ls`;
    expect(await succeed('/bin/sh', ['-ec', script])).toBe('same inode\noutside\ninside\ndeep\nfile\nother\nfile\n');
    expect(outcome(await host(['/bin/sh', '-c', `cd ${directory} && cat file folder/deep`]), 'cat').stdout).toBe('outside\ndeep\n');
  } finally {
    await host(['/bin/rm', '-r', directory]);
  }
});

test('/proc/self/maps names what is mapped, and nothing of the runtime', async () => {
  const maps = await succeed('/bin/cat', ['/proc/self/maps']);
  for (const wanted of [/ r-xp .*\/cat\n/, / r-xp .*\/libc\.so\.6\n/, / \[heap\]\n/, / \[stack\]\n/]) expect(maps).toMatch(wanted);
  expect(maps).not.toMatch(/occlum|^6000/m);
});

test('/proc/self/task tells by its links how many threads there are', async () => {
  expect(await succeed('/usr/bin/stat', ['-c', '%h', '/proc/self/task'])).toBe('3\n');
});

test('/proc/N/maps and environ of another process of the same user are there as well', async () => {
  const script = 'A=b sleep 9 & until grep -q "r-xp .*/sleep$" /proc/$!/maps; do :; done; tr "\\0" "\\n" </proc/$!/environ | grep ^A; kill $!';
  expect(await succeed('/bin/sh', ['-c', script])).toBe('A=b\n');
});
