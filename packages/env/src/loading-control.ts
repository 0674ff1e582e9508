/** A name in `untrusted` by which whoever sets the host's environment decides what code the program runs. */
export interface LoadingControl {
  /** The name as the policy has it. */
  readonly name: string;
  /** Where it stands in `untrusted`. */
  readonly index: number;
  /** What the variable does, and to which programs. */
  readonly reason: string;
}

/** Names, or where one ends in `*` beginnings of names, and what they hand over. Each row names its source. */
const CONTROLS: readonly (readonly [reason: string, names: readonly string[]])[] = [
  // ld.so(8)
  ['the dynamic linker loads the libraries it names into every program', ['LD_PRELOAD', 'LD_AUDIT']],
  ['the dynamic linker looks for libraries there first', ['LD_LIBRARY_PATH', 'LD_ORIGIN_PATH']],
  ['the dynamic linker changes how it loads programs', ['LD_*']],
  // iconv(3), glibc sysdeps/generic/unsecvars.h, tunables of the glibc manual
  ['glibc loads character converters from there', ['GCONV_PATH']],
  ['glibc changes its allocator, its locks and how it uses the CPU', ['GLIBC_TUNABLES', 'MALLOC_*']],
  // environ(7), execvp(3)
  ['programs are looked for there', ['PATH']],
  // bash(1), dash(1)
  ['a shell runs the file it names before a script', ['BASH_ENV', 'ENV']],
  ['bash takes functions, options or commands from it', ['BASH_FUNC_*', 'SHELLOPTS', 'BASHOPTS', 'PROMPT_COMMAND', 'PS4']],
  ['a shell splits words by it', ['IFS']],
  // node(1), https://nodejs.org/api/cli.html
  ['node takes options from it, --require and --import among them', ['NODE_OPTIONS']],
  ['node looks for modules there', ['NODE_PATH']],
  ['node trusts the certificates it names', ['NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED']],
  // python(1)
  ['python looks for modules there first', ['PYTHONPATH', 'PYTHONHOME', 'PYTHONPLATLIBDIR', 'PYTHONUSERBASE']],
  ['python runs the file or the hook it names', ['PYTHONSTARTUP', 'PYTHONBREAKPOINT', 'PYTHONINSPECT']],
  // perlrun(1), ruby(1)
  ['perl looks for modules there, or takes options from it', ['PERL5LIB', 'PERLLIB', 'PERL5OPT', 'PERL5DB']],
  ['ruby looks for libraries there, or takes options from it', ['RUBYLIB', 'RUBYOPT', 'GEM_HOME', 'GEM_PATH']],
  // java(1), "JDK_JAVA_OPTIONS"; JVM TI, "JAVA_TOOL_OPTIONS"
  ['java takes options from it, -javaagent among them', ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS']],
  ['java looks for classes there', ['CLASSPATH']],
  // lua(1), php(1)
  ['lua runs it, or looks for modules there', ['LUA_INIT*', 'LUA_PATH*', 'LUA_CPATH*']],
  ['php reads its settings, extensions among them, from there', ['PHPRC', 'PHP_INI_SCAN_DIR']],
  // openssl-env(7)
  ['OpenSSL loads engines and providers by it', ['OPENSSL_CONF', 'OPENSSL_MODULES', 'OPENSSL_ENGINES']],
  ['OpenSSL trusts the certificates it names', ['SSL_CERT_FILE', 'SSL_CERT_DIR']],
  // git(1)
  ['git runs what it names', ['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_EXEC_PATH', 'GIT_ASKPASS', 'GIT_EDITOR', 'GIT_PAGER', 'GIT_EXTERNAL_DIFF', 'GIT_CONFIG*']],
  ['programs run the command it names', ['EDITOR', 'VISUAL', 'PAGER', 'BROWSER', 'SHELL', 'LESSOPEN', 'LESSCLOSE']],
];

/** Why a name hands over control of what is loaded; `undefined` when it is not known to. */
export function loadingControl(name: string): string | undefined {
  return CONTROLS.find(([, names]) => names.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)))?.[0];
}
