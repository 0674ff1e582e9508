// What a machine must have before anything of this workspace can be installed, built or run. Each problem is one line
// that says what to do. Only Node built-ins, since nothing is installed yet.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';

/** Programs of the native build, and the Debian package that has each. */
const BUILD_TOOLS = [['cc', 'gcc'], ['g++', 'g++'], ['cmake', 'cmake'], ['make', 'make']];

/** Problems of the host itself, where `host` has the fields of `process` that are read here. */
export function hostProblems(host) {
  const problems = [];
  const [major, minor] = host.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    problems.push(`Node is ${host.versions.node}, must be 20.19 or later: install it from https://nodejs.org (Debian package: nodejs)`);
  }
  if (host.platform !== 'linux' || host.arch !== 'x64') problems.push(`The platform is ${host.platform} ${host.arch}, must be linux x64`);
  return problems;
}

/** Missing build tools, looked for in `path` as the shell does. */
export function toolProblems(path) {
  return BUILD_TOOLS.filter(([tool]) => !path.split(delimiter).some((folder) => can(join(folder, tool), constants.X_OK)))
    .map(([tool, debian]) => `The native build needs ${tool}: apt-get install ${debian}`);
}

/** The first of these files and folders that exists and can't be written to, as a line that says what to do instead. */
export function writeProblems(root, paths, isWritable = (path) => can(path, constants.W_OK)) {
  const locked = paths.find((path) => existsSync(path) && !isWritable(path));
  if (locked === undefined) return [];
  const shown = relative(root, locked) || '.';
  return [`Cannot write to ${shown} (owner: uid ${statSync(locked).uid}): work in a copy, "cp -r ${root} <folder>", or own it, "sudo chown -R $(id -u) ${root}"`];
}

function can(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
