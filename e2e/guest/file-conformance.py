"""What calls on files answer, one line each: the same on Linux and in the LibOS. Run in an empty directory."""
import ctypes, errno, fcntl, os, stat, struct, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100


def show(title, action):
    try:
        result = action()
    except OSError as error:
        result = errno.errorcode.get(error.errno, error.errno)
    print(f'{title}: {result}', flush=True)


def call(number, *arguments):
    """A system call by number."""
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), '')
    return result


def write(path, data=b'x', mode=0o644):
    fd = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode)
    os.write(fd, data)
    os.close(fd)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def in_child(action):
    """What an action gives in a forked process: a number below 200, or an error's name."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(action() or 0)
        except OSError as error:
            os._exit(100 + error.errno if error.errno < 100 else 99)
        except BaseException:
            os._exit(98)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return errno.errorcode[code - 100] if code > 100 else code


# renameat2
RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT = 1, 2, 4


def rename2(old, new, flags):
    return call(316, AT_FDCWD, ctypes.c_char_p(os.fsencode(old)), AT_FDCWD, ctypes.c_char_p(os.fsencode(new)), flags)


write('a', b'a')
write('b', b'b')
os.mkdir('d')
write('d/in')
show('noreplace onto a file', lambda: rename2('a', 'b', RENAME_NOREPLACE))
show('noreplace to a free name', lambda: rename2('a', 'c', RENAME_NOREPLACE))
show('exchange', lambda: (rename2('c', 'b', RENAME_EXCHANGE), read('b'), read('c'))[1:])
show('exchange with a directory', lambda: (rename2('c', 'd', RENAME_EXCHANGE), os.listdir('c'), read('d'))[1:])
show('exchange with nothing', lambda: rename2('c', 'none', RENAME_EXCHANGE))
show('exchange with what is below', lambda: rename2('c', 'c/in', RENAME_EXCHANGE))
show('noreplace and exchange', lambda: rename2('c', 'd', RENAME_NOREPLACE | RENAME_EXCHANGE))
show('whiteout and exchange', lambda: rename2('c', 'd', RENAME_WHITEOUT | RENAME_EXCHANGE))
show('unknown flag', lambda: rename2('c', 'd', 8))
show('a directory below itself', lambda: os.rename('c', 'c/x'))
show('a directory over a file', lambda: os.rename('c', 'b'))
show('a file over a directory', lambda: os.rename('b', 'c'))
show('a file with a slash', lambda: os.rename('b/', 'z'))
show('to a name with a slash', lambda: os.rename('b', 'z/'))
show('a directory to a name with a slash', lambda: (os.rename('c', 'z/'), sorted(os.listdir('.')))[1])
show('over a full directory', lambda: (os.mkdir('e'), os.rename('e', 'z'))[1])
show('dot', lambda: os.rename('z/.', 'y'))
show('dotdot', lambda: os.rename('z/..', 'y'))

# hard links
show('link', lambda: (os.link('b', 'hard'), os.stat('b').st_nlink, os.stat('hard').st_ino == os.stat('b').st_ino)[1:])
show('link of a directory', lambda: os.link('z', 'zz'))
show('link over a name', lambda: os.link('b', 'hard'))
os.symlink('b', 'soft')
show('link of a symbolic link', lambda: (os.link('soft', 'soft2', follow_symlinks=False), os.readlink('soft2'))[1])
show('link that follows', lambda: (os.link('soft', 'soft3', follow_symlinks=True), os.path.islink('soft3'))[1])
show('rename of one link over the other', lambda: (os.rename('b', 'hard'), sorted(n for n in os.listdir('.') if n in ('b', 'hard')))[1])
show('unlink', lambda: (os.unlink('hard'), os.stat('b').st_nlink)[1])

# O_TMPFILE
O_TMPFILE = os.O_TMPFILE


def tmpfile_named():
    fd = os.open('.', O_TMPFILE | os.O_RDWR, 0o600)
    os.write(fd, b'temporary')
    before = os.fstat(fd).st_nlink
    os.link(f'/proc/self/fd/{fd}', 'named', follow_symlinks=True)
    after = os.fstat(fd).st_nlink
    os.close(fd)
    return before, after, read('named')


def tmpfile_exclusive():
    fd = os.open('.', O_TMPFILE | os.O_RDWR | os.O_EXCL, 0o600)
    try:
        os.link(f'/proc/self/fd/{fd}', 'never', follow_symlinks=True)
    finally:
        os.close(fd)


show('O_TMPFILE with a name', tmpfile_named)
show('O_TMPFILE with O_EXCL', tmpfile_exclusive)
show('O_TMPFILE for reading', lambda: os.open('.', O_TMPFILE | os.O_RDONLY))
show('O_TMPFILE of a file', lambda: os.open('named', O_TMPFILE | os.O_RDWR))

# Sparse files


def sparse():
    fd = os.open('sparse', os.O_CREAT | os.O_RDWR)
    os.pwrite(fd, b'x' * 4096, 1 << 20)
    os.ftruncate(fd, 4 << 20)
    data = os.lseek(fd, 0, os.SEEK_DATA), os.lseek(fd, 0, os.SEEK_HOLE), os.lseek(fd, 1 << 20, os.SEEK_HOLE)
    blocks = os.fstat(fd).st_blocks < 64
    try:
        os.lseek(fd, 5 << 20, os.SEEK_DATA)
    except OSError as error:
        data += (errno.errorcode[error.errno],)
    try:
        os.lseek(fd, 2 << 20, os.SEEK_DATA)
    except OSError as error:
        data += (errno.errorcode[error.errno],)
    return data, blocks


def punch():
    fd = os.open('punched', os.O_CREAT | os.O_RDWR)
    os.write(fd, b'y' * (1 << 20))
    call(285, fd, 1 | 2, 4096, 8192)
    found = os.pread(fd, 3, 4095), os.fstat(fd).st_size, os.lseek(fd, 0, os.SEEK_HOLE), os.lseek(fd, 4096, os.SEEK_DATA)
    call(285, fd, 1, 2 << 20, 4096)
    return found, os.fstat(fd).st_size


show('holes', sparse)
show('punching holes', punch)
show('punching without keeping the size', lambda: call(285, os.open('punched', os.O_RDWR), 2, 0, 4096))
show('allocating for reading only', lambda: call(285, os.open('punched', os.O_RDONLY), 0, 0, 4096))
show('allocating nothing', lambda: call(285, os.open('punched', os.O_RDWR), 0, 0, 0))
show('truncating below nothing', lambda: os.truncate('punched', -1))
show('truncating a directory', lambda: os.truncate('z', 0))

# memfd


def memfd():
    fd = os.memfd_create('note', os.MFD_ALLOW_SEALING)
    os.write(fd, b'memory')
    fcntl.fcntl(fd, 1033, 8 | 4)
    seals = fcntl.fcntl(fd, 1034)
    try:
        os.write(fd, b'x')
    except OSError as error:
        return seals, errno.errorcode[error.errno], os.readlink(f'/proc/self/fd/{fd}')


show('memfd and seals', memfd)
show('memfd opened anew', lambda: (lambda fd: (os.write(fd, b'anew'), os.read(os.open(f'/proc/self/fd/{fd}', os.O_RDONLY), 9))[1])(os.memfd_create('again')))
show('memfd without sealing', lambda: fcntl.fcntl(os.memfd_create('plain'), 1033, 8))
show('memfd and locks', lambda: (lambda fd: (fcntl.flock(fd, fcntl.LOCK_EX), fcntl.fcntl(fd, fcntl.F_GETFL) & 3))(os.memfd_create('locked')))
show('memfd mapped by a child', lambda: (lambda fd: (os.ftruncate(fd, 4096), in_child(lambda: __import__('mmap').mmap(fd, 4096).__setitem__(0, 7)), os.pread(fd, 1, 0))[1:])(os.memfd_create('shared')))
show('memfd with a long name', lambda: os.memfd_create('n' * 250))
show('memfd with unknown flags', lambda: os.memfd_create('x', 0xffffffff))

# Locks


def flock_text(kind, start=0, length=0, pid=0):
    return struct.pack('hhqqi4x', kind, 0, start, length, pid)


write('lock')
first = os.open('lock', os.O_RDWR)


def try_posix(kind=fcntl.F_WRLCK, start=0, length=0, flags=os.O_RDWR):
    fd = os.open('lock', flags)
    fcntl.fcntl(fd, fcntl.F_SETLK, flock_text(kind, start, length))


fcntl.fcntl(first, fcntl.F_SETLK, flock_text(fcntl.F_WRLCK, 10, 10))
show('posix lock over another', lambda: in_child(lambda: try_posix()))
show('posix lock beside another', lambda: in_child(lambda: try_posix(start=20)))
show('posix lock to read what is to be written', lambda: in_child(lambda: try_posix(kind=fcntl.F_WRLCK, flags=os.O_RDONLY)))
show('who has it', lambda: in_child(lambda: 0 if struct.unpack('hhqqi4x', fcntl.fcntl(os.open('lock', os.O_RDWR), fcntl.F_GETLK, flock_text(fcntl.F_WRLCK)))[4] == os.getppid() else 1))
show('ofd lock over a posix one', lambda: in_child(lambda: fcntl.fcntl(os.open('lock', os.O_RDWR), 37, flock_text(fcntl.F_WRLCK)) and None))
show('ofd lock with a pid', lambda: fcntl.fcntl(first, 37, flock_text(fcntl.F_WRLCK, pid=1)))
show('flock beside a posix lock', lambda: in_child(lambda: fcntl.flock(os.open('lock', os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)))
show('lock with a bad type', lambda: fcntl.fcntl(first, fcntl.F_SETLK, flock_text(9)))
show('lock before the start', lambda: fcntl.fcntl(first, fcntl.F_SETLK, flock_text(fcntl.F_WRLCK, -1, 1)))
fcntl.fcntl(first, fcntl.F_SETLK, flock_text(fcntl.F_UNLCK))


def deadlock():
    """Each of two processes has a byte and wants the other's."""
    ready_r, ready_w = os.pipe()
    fcntl.fcntl(first, fcntl.F_SETLK, flock_text(fcntl.F_WRLCK, 0, 1))
    pid = os.fork()
    if pid == 0:
        fd = os.open('lock', os.O_RDWR)
        fcntl.fcntl(fd, fcntl.F_SETLK, flock_text(fcntl.F_WRLCK, 1, 1))
        os.write(ready_w, b'r')
        try:
            fcntl.fcntl(fd, fcntl.F_SETLKW, flock_text(fcntl.F_WRLCK, 0, 1))
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    os.read(ready_r, 1)
    result = 'got it'
    try:
        fcntl.fcntl(first, fcntl.F_SETLKW, flock_text(fcntl.F_WRLCK, 1, 1))
    except OSError as error:
        result = errno.errorcode[error.errno]
    fcntl.fcntl(first, fcntl.F_SETLK, flock_text(fcntl.F_UNLCK))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    # Whoever waits second is told.
    return sorted([result, errno.errorcode.get(code, 'got it')])


show('deadlock', deadlock)


def ofd_inherited():
    fd = os.open('lock', os.O_RDWR)
    fcntl.fcntl(fd, 37, flock_text(fcntl.F_WRLCK))
    same = in_child(lambda: fcntl.fcntl(fd, 37, flock_text(fcntl.F_WRLCK)) and None)
    other = in_child(lambda: fcntl.fcntl(os.open('lock', os.O_RDWR), 37, flock_text(fcntl.F_WRLCK)) and None)
    os.close(os.dup(fd))
    after = in_child(lambda: fcntl.fcntl(os.open('lock', os.O_RDWR), 37, flock_text(fcntl.F_WRLCK)) and None)
    os.close(fd)
    return same, other, after, in_child(lambda: fcntl.fcntl(os.open('lock', os.O_RDWR), 37, flock_text(fcntl.F_WRLCK)) and None)


def flock_inherited():
    fd = os.open('lock', os.O_RDWR)
    fcntl.flock(fd, fcntl.LOCK_EX)
    other = in_child(lambda: fcntl.flock(os.open('lock', os.O_RDONLY), fcntl.LOCK_SH | fcntl.LOCK_NB))
    unlocked_by_child = in_child(lambda: fcntl.flock(fd, fcntl.LOCK_UN))
    return other, unlocked_by_child, in_child(lambda: fcntl.flock(os.open('lock', os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB))


show('ofd locks go with the description', ofd_inherited)
show('flock goes with the description', flock_inherited)

# inotify
IN_ALL = 0xfff
libc_names = {1: 'ACCESS', 2: 'MODIFY', 4: 'ATTRIB', 8: 'CLOSE_WRITE', 16: 'CLOSE_NOWRITE', 32: 'OPEN', 64: 'MOVED_FROM', 128: 'MOVED_TO', 256: 'CREATE', 512: 'DELETE', 1024: 'DELETE_SELF', 2048: 'MOVE_SELF', 0x8000: 'IGNORED', 0x40000000: 'ISDIR', 0x4000: 'Q_OVERFLOW'}


def events(fd):
    os.set_blocking(fd, False)
    found = []
    while True:
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return found
        at = 0
        while at < len(data):
            _, mask, cookie, size = struct.unpack_from('iIII', data, at)
            name = data[at + 16:at + 16 + size].rstrip(b'\0').decode()
            found.append('|'.join(word for bit, word in libc_names.items() if mask & bit) + (f' {name}' if name else '') + (' +' if cookie else ''))
            at += 16 + size


def watching():
    os.mkdir('watched')
    fd = call(294, os.O_CLOEXEC)
    call(254, fd, ctypes.c_char_p(b'watched'), 0xfff & ~(1 | 2 | 8 | 16 | 32))
    write('watched/one')
    os.chmod('watched/one', 0o600)
    os.rename('watched/one', 'watched/two')
    os.link('watched/two', 'watched/three')
    os.mkdir('watched/sub')
    os.rename('watched/two', 'moved-out')
    os.symlink('x', 'watched/link')
    os.unlink('watched/three')
    os.unlink('watched/link')
    os.rmdir('watched/sub')
    os.rmdir('watched')
    return events(fd)


show('inotify of a directory', watching)
show('inotify of nothing', lambda: call(254, call(294, 0), ctypes.c_char_p(b'none'), 0xfff))
show('inotify for a directory only', lambda: call(254, call(294, 0), ctypes.c_char_p(b'named'), 0xfff | 0x01000000))
show('inotify without events', lambda: call(254, call(294, 0), ctypes.c_char_p(b'.'), 0))
show('inotify with bad flags', lambda: call(294, 1))
show('ending no watch', lambda: call(255, call(294, 0), 7))

# Hostile paths
os.symlink('loop', 'loop')
os.symlink('loop2', 'loop1')
os.symlink('loop1', 'loop2')
os.makedirs('deep/er')
os.symlink('../..', 'deep/up')
os.symlink('/', 'root')
os.symlink('named/', 'slashed')
write('file')
name255, name256 = 'n' * 255, 'n' * 256
for title, path in [
    ('a loop of one', 'loop'), ('a loop of two', 'loop1/x'), ('a slash after a file', 'file/'), ('a name below a file', 'file/x'), ('dot below a file', 'file/.'),
    ('dotdot below a file', 'file/..'), ('the empty path', ''), ('a name of 256 bytes', name256), ('a name of 256 bytes and more', f'{name256}/x'),
    ('255 bytes that are not there', name255), ('4095 bytes', ('./' * 2048)[:4094] + '.'), ('4096 bytes', './' * 2048), ('above the root', '/' + '../' * 50 + 'proc/self/status'),
    ('many slashes', '///proc//self///status'), ('/proc/self/root', '/proc/self/root/proc/self/status'), ('/proc/self/cwd', '/proc/self/cwd/file'),
    ('up by a link', 'deep/up'), ('a link with a slash', 'slashed'), ('the root by a link', 'root/proc/self/status'),
    ('not UTF-8', b'\xff\xfe\x80'), ('a new line', 'new\nline'), ('a file below /proc/self/fd', '/proc/self/fd/0/x'), ('/dev/fd/99', '/dev/fd/99'),
]:
    show(f'stat of {title}', lambda path=path: stat.S_IFMT(os.stat(path).st_mode) >> 12)
    show(f'making {title}', lambda path=path: os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)))
show('what is there now', lambda: sorted(os.listdir(b'.')))
for path in (name255, b'\xff\xfe\x80', 'new\nline'):
    show('taking it away', lambda path=path: os.unlink(path))
show('mkdir with a slash', lambda: (os.mkdir('slash/'), os.path.isdir('slash'))[1])
show('mkdir of dot', lambda: os.mkdir('.'))
show('mkdir of dotdot', lambda: os.mkdir('..'))
show('mkdir below a loop', lambda: os.mkdir('loop/x'))
show('rmdir of dot', lambda: os.rmdir('slash/.'))
show('rmdir of dotdot', lambda: os.rmdir('slash/..'))
show('rmdir of a link', lambda: os.rmdir('root'))
show('rmdir of a link with a slash', lambda: os.rmdir('deep/up/'))
show('unlink of a directory', lambda: os.unlink('slash'))
show('unlink with a slash', lambda: os.unlink('file/'))
show('a link that leads nowhere, made', lambda: (os.symlink('nowhere', 'dangling'), os.close(os.open('dangling', os.O_CREAT | os.O_WRONLY)), os.path.exists('nowhere'))[2])
show('the same with O_EXCL', lambda: (os.unlink('nowhere'), os.open('dangling', os.O_CREAT | os.O_EXCL | os.O_WRONLY))[1])
show('O_NOFOLLOW', lambda: os.open('soft', os.O_NOFOLLOW))
show('O_NOFOLLOW and O_PATH', lambda: stat.S_ISLNK(os.fstat(os.open('soft', os.O_NOFOLLOW | os.O_PATH)).st_mode))
show('O_DIRECTORY of a file', lambda: os.open('file', os.O_DIRECTORY))
show('writing a directory', lambda: os.open('slash', os.O_WRONLY))
show('making a directory by open', lambda: os.open('slash', os.O_CREAT))
show('a text of 4096 bytes in a link', lambda: os.symlink('t' * 4096, 'long'))
show('a text of 4095 bytes in a link', lambda: (os.symlink('t' * 4095, 'long'), len(os.readlink('long')))[1])
show('an empty text in a link', lambda: os.symlink('', 'empty'))
show('a cwd that is gone', lambda: in_child(lambda: (os.mkdir('gone'), os.chdir('gone'), os.rmdir('../gone'), os.open('x', os.O_CREAT))[3]))
show('dotdot of a cwd that is gone', lambda: in_child(lambda: (os.mkdir('gone2'), os.chdir('gone2'), os.rmdir('../gone2'), os.stat('..'), os.stat('../file'))[0]))

# Symbolic links that change while they are followed


def swapped():
    """Every look-up finds one of the two, and never anything else."""
    os.mkdir('one'), os.mkdir('two')
    write('one/name', b'1'), write('two/name', b'2')
    os.symlink('one', 'swap')
    stop = []

    def swap():
        turn = 0
        while not stop:
            turn += 1
            os.symlink('two' if turn % 2 else 'one', 'swap.new')
            os.rename('swap.new', 'swap')

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        return {read('swap/name') for _ in range(300)} <= {b'1', b'2'} and {os.path.realpath('swap').rsplit('/', 1)[1] for _ in range(100)} <= {'one', 'two'}
    finally:
        stop.append(1)
        thread.join()


show('links that are swapped', swapped)

# Permission bits
for mode in (0o777, 0o2775, 0o1777, 0o4755, 0o600):
    show(f'mkdir with {mode:o} and umask', lambda mode=mode: (os.umask(0o027), os.mkdir(f'm{mode:o}', mode), oct(os.stat(f'm{mode:o}').st_mode), os.umask(0o022))[2])
show('set-group directories', lambda: (os.chmod('m777', 0o2777), os.mkdir('m777/x'), oct(os.stat('m777/x').st_mode))[2])
show('writing takes set-id away', lambda: (write('setid', mode=0o755), os.chmod('setid', 0o6755), in_child(lambda: (os.geteuid() == 0 and os.setuid(65534), 0)[1]), oct(os.stat('setid').st_mode))[3])
show('chown takes set-id away', lambda: (os.chmod('setid', 0o6755), os.chown('setid', -1, os.getegid()), oct(os.stat('setid').st_mode))[2])
show('access', lambda: (os.chmod('setid', 0o444), os.access('setid', os.R_OK), os.access('setid', os.X_OK))[1:])
show('fchmod of O_PATH', lambda: os.fchmod(os.open('setid', os.O_PATH), 0o600))
show('reading for writing', lambda: os.read(os.open('file', os.O_WRONLY), 1))
show('fd of O_PATH read', lambda: os.read(os.open('file', os.O_PATH), 1))
show('append', lambda: (lambda fd: (os.lseek(fd, 0, 0), os.write(fd, b'++'), read('file'))[2])(os.open('file', os.O_WRONLY | os.O_APPEND)))
show('times', lambda: (os.utime('file', ns=(1_000_000_001, 2_000_000_002)), os.stat('file').st_mtime_ns, os.stat('file').st_atime_ns)[1:])
show('seek before the start', lambda: os.lseek(os.open('file', os.O_RDONLY), -1, 0))
show('a name twice', lambda: (os.mkdir('file'), 0)[1])
