import { describe, expect, it } from 'vitest';

import { ConfigError, formatProblem, readConfig } from '@occlum/config';

function problemsOf(text: string, file = 'Occlum.json'): string[] {
  try {
    readConfig(text, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** As upstream's `occlum init` writes it. */
const TEMPLATE = `{
  "resource_limits": {
    "kernel_space_heap_size": "32MB",
    "kernel_space_heap_max_size": "32MB",
    "kernel_space_stack_size": "1MB",
    "user_space_size": "300MB",
    "user_space_max_size": "1GB",
    "init_num_of_threads": 16,
    "max_num_of_threads": 32
  },
  "process": { "default_stack_size": "4MB", "default_heap_size": "32MB", "default_mmap_size": "100MB" },
  "entry_points": ["/bin"],
  "env": { "default": ["OCCLUM=yes"], "untrusted": ["EXAMPLE"] },
  "metadata": {
    "product_id": 0,
    "version_number": 0,
    "debuggable": true,
    "disable_log": false,
    "enable_kss": false,
    "family_id": { "high": "0x0", "low": "0x0" },
    "ext_prod_id": { "high": "0x0", "low": "0x0" }
  },
  "feature": { "amx": 0, "pkru": 0, "enable_posix_shm": false, "io_uring": 0, "enable_edmm": false },
  "mount": [
    {
      "target": "/",
      "type": "unionfs",
      "options": {
        "layers": [
          { "target": "/", "type": "sefs", "source": "./build/mount/__ROOT", "options": { "MAC": "" } },
          { "target": "/", "type": "sefs", "source": "./run/mount/__ROOT" }
        ]
      }
    },
    { "target": "/host", "type": "hostfs", "source": "." },
    { "target": "/proc", "type": "procfs" },
    { "target": "/dev", "type": "devfs" }
  ]
}`;

describe('readConfig', () => {
  it("reads upstream's template, and lists what has no effect", () => {
    const { config, notices } = readConfig(TEMPLATE, 'Occlum.json');
    expect(config.resource_limits).toMatchObject({ user_space_size: 300 * 2 ** 20, user_space_max_size: 2 ** 30, max_num_of_threads: 32 });
    expect(config.env).toEqual({ default: ['OCCLUM=yes'], untrusted: ['EXAMPLE'] });
    expect(notices.map(formatProblem).filter((line) => line.includes('feature.'))).toEqual([
      'Occlum.json:23:16 - feature.amx: has no effect: programs have the CPU as the host gives it',
      'Occlum.json:23:26 - feature.pkru: has no effect: programs have the CPU as the host gives it',
      'Occlum.json:23:37 - feature.enable_posix_shm: has no effect: POSIX shared memory is always there',
      'Occlum.json:23:64 - feature.io_uring: has no effect: host calls are made without io_uring',
      'Occlum.json:23:79 - feature.enable_edmm: has no effect: memory is always dynamic',
    ]);
    expect(notices).toHaveLength(15);
  });

  it('fills in what is left out', () => {
    const { config, notices } = readConfig('{}', 'Occlum.json');
    expect(config.mount.map(({ target }) => target)).toEqual(['/', '/proc', '/dev']);
    expect(config).toMatchObject({ entry_points: ['/bin'], env: { default: [], untrusted: [] }, metadata: { debuggable: true }, policy: { network: 'host' } });
    expect(notices).toEqual([]);
  });

  it('reads comments, trailing commas and a byte order mark', () => {
    expect(readConfig('\ufeff{ /* who */ "entry_points": ["/app",], // what\n}', 'Occlum.json').config.entry_points).toEqual(['/app']);
  });

  it('reads the same from YAML', () => {
    const yaml = 'resource_limits:\n  user_space_size: 300MB\nentry_points: [/app]\nmount:\n  - { target: /, type: sefs }\n';
    const json = '{"resource_limits":{"user_space_size":"300MB"},"entry_points":["/app"],"mount":[{"target":"/","type":"sefs"}]}';
    const [fromYaml, fromJson] = [readConfig(yaml, 'Occlum.yaml'), readConfig(json, 'Occlum.json')];
    expect({ ...fromYaml, places: fromJson.places }).toEqual(fromJson);
    expect([fromYaml.places['mount[0].type'], fromJson.places['mount[0].type'], fromJson.places['env']]).toEqual(['5:18', '1:95', undefined]);
  });

  it('tells all mistakes at once, with place and what was probably meant', () => {
    const text = '{\n  "entrypoints": [],\n  "mount": [\n    { "target": "/", "type": "hostf" },\n    { "target": "x", "type": "ramfs" }\n  ],\n  "metadata": { "debuggable": "yes" }\n}';
    expect(problemsOf(text)).toEqual([
      'Occlum.json:2:3 - entrypoints: unknown key (did you mean "entry_points"?)',
      'Occlum.json:4:30 - mount[0].type: expected one of unionfs, sefs, hostfs, ramfs, procfs, devfs, got "hostf" (did you mean "hostfs"?)',
      'Occlum.json:5:17 - mount[1].target: expected an absolute path without "." and ".." and "//", such as "/bin", got "x"',
      'Occlum.json:7:31 - metadata.debuggable: expected true or false, got "yes"',
    ]);
  });

  it.each<[string, string, string[]]>([
    ['an empty file', '', ['1:1 - is no JSON here: value expected']],
    ['a list', '[]', ['1:1 - expected an object, got []']],
    ['no JSON', '{"env": }', ['1:9 - is no JSON here: value expected']],
    ['a key that stands twice', '{"env": {},\n "env": {}}', ['2:2 - env: this key stands here twice']],
    ['a key that is no identifier', '{"a b": 1}', ['1:2 - ["a b"]: unknown key, there are $schema, resource_limits, process, entry_points, env, metadata, feature, mount, policy']],
    ['__proto__', '{"__proto__": {"debuggable": false}}', ['1:2 - __proto__: unknown key, there are $schema, resource_limits, process, entry_points, env, metadata, feature, mount, policy']],
    ['a size beyond numbers', '{"policy": {"limits": {"memory": "99999999999TB"}}}', ['1:34 - policy.limits.memory: expected a size below 8192TB, got "99999999999TB"']],
    ['a size below what is needed', '{"resource_limits": {"user_space_size": "1KB"}}', ['1:41 - resource_limits.user_space_size: expected an integer with B, KB, MB, GB or TB, such as "32MB", at least 1048576B, got "1KB"']],
    ['a span of nothing', '{"policy": {"limits": {"wall_time": "0s"}}}', ['1:37 - policy.limits.wall_time: expected a number with ms, s, m or h, such as "1.5s", from 1ms to 24 days, got "0s"']],
    ['an encrypted disk', '{"mount": [{"target": "/", "type": "ext2"}]}', ['1:36 - mount[0].type: expected one of unionfs, sefs, hostfs, ramfs, procfs, devfs, got "ext2" (an encrypted disk, which is not supported yet: what is asked to be encrypted must not be in clear)']],
    ['a mount that is none', '{"mount": [3]}', ['1:12 - mount[0]: expected a mount, got 3']],
    ['two mounts at one place', '{"mount": [{"target": "/", "type": "sefs"}, {"target": "/", "type": "ramfs"}]}', ['1:56 - mount[1].target: "/" is the target of mount[0] already']],
    ['no root', '{"mount": []}', ['1:11 - mount: no mount has the target "/", one is needed']],
    ['a root that is no image', '{"mount": [{"target": "/", "type": "hostfs", "source": "."}]}', ['1:36 - mount[0].type: expected "sefs", the image, at "/", got "hostfs"']],
    ['an image at another place', '{"mount": [{"target": "/", "type": "sefs", "source": "./image"}]}', ['1:54 - mount[0].source: expected "./build/mount/__ROOT", where build puts the image, got "./image"']],
    ['a union at the root whose first layer is no image', '{"mount": [{"target": "/", "type": "unionfs", "options": {"layers": [{"target": "/", "type": "ramfs"}]}}]}', ['1:94 - mount[0].options.layers[0].type: expected "sefs", the image, at "/", got "ramfs"']],
    ['a layer that is written to the image', '{"mount": [{"target": "/", "type": "unionfs", "options": {"layers": [{"target": "/", "type": "sefs"}, {"target": "/", "type": "sefs", "source": "build/mount/__ROOT/"}]}}]}', ['1:145 - mount[0].options.layers[1].source: expected another place than ./build/mount/__ROOT, which is the image and is never written to']],
    ['a layer that is written to nowhere', '{"mount": [{"target": "/", "type": "unionfs", "options": {"layers": [{"target": "/", "type": "sefs"}, {"target": "/", "type": "sefs"}]}}]}', ['1:103 - mount[0].options.layers[1].source: is missing, expected where programs\' files are kept, such as "./run/mount/__ROOT"']],
    ['a layer with a place of its own', '{"mount": [{"target": "/", "type": "unionfs", "options": {"layers": [{"target": "/", "type": "sefs"}, {"target": "/x", "type": "ramfs"}]}}]}', ['1:114 - mount[0].options.layers[1].target: expected "/", since a layer is all of its union, got "/x"']],
    ['a read-only target that is no mount', '{"policy": {"read_only": ["/x"]}}', ['1:27 - policy.read_only[0]: expected a target of a mount (/, /proc, /dev), got "/x"']],
    ['less memory in the end than at first', '{"resource_limits": {"user_space_size": "2MB", "user_space_max_size": "1MB"}}', ['1:71 - resource_limits.user_space_max_size: expected at least user_space_size, which is 2097152B, got 1048576B']],
    ['a variable that is no text of Unicode', '{"env": {"default": ["A=\\ud800"]}}', ['1:22 - env.default[0]: "A=\\ud800" has half of a surrogate pair, which has no UTF-8']],
  ])('refuses %s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected.map((line) => `Occlum.json:${line}`));
  });

  it.each<[string, string, string[]]>([
    ['a mistake in YAML', 'env:\n  default: [A]\nmount: 3\n', ['2:13 - env.default[0]: expected NAME=VALUE, got "A"', '3:8 - mount: expected a list of mounts, got 3']],
    ['a key that stands twice', 'env: {}\nenv: {}\n', ['2:1 - is no YAML here: map keys must be unique']],
    ['an unknown key', 'mounts: []\n', ['1:1 - mounts: unknown key (did you mean "mount"?)']],
    ['a tag that it does not know', 'env: !js/function x\n', ['1:6 - is no YAML here: unresolved tag: !js/function']],
  ])('refuses %s', (_, text, expected) => {
    expect(problemsOf(text, 'Occlum.yml')).toEqual(expected.map((line) => `Occlum.yml:${line}`));
  });

  it('warns of a mount that shows the instance itself, as upstream has it', () => {
    const { notices } = readConfig(TEMPLATE, 'Occlum.json');
    expect(notices.map(formatProblem)).toContain('Occlum.json:35:54 - mount[1].source: lets programs read and write the directory of the instance: the key that signs it, and what is built next');
  });

  it('warns of names that let the host decide what code runs, and of a log that a release enclave never writes', () => {
    const { notices } = readConfig('{"env": {"untrusted": ["TOKEN", "LD_PRELOAD"]}, "metadata": {"debuggable": false, "disable_log": false}}', 'Occlum.json');
    expect(notices.map(formatProblem)).toEqual([
      'Occlum.json:1:33 - env.untrusted[1]: lets the host decide what code runs: LD_PRELOAD, the dynamic linker loads the libraries it names into every program',
      'Occlum.json:1:98 - metadata.disable_log: a release enclave (debuggable: false) writes no log, whatever stands here',
    ]);
  });
});
