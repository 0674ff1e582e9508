import { vi } from 'vitest';

import { Signal } from '@occlum/abi';
import { ArenaLayout, SignalAction, ThreadSlot } from '@occlum/native';

import type { FileSystemContext } from '../../src/fs/file-system-context.js';
import { ProcessArena } from '../../src/kernel/arena.js';
import { interruptibleWait } from '../../src/kernel/interruptible-wait.js';
import type { ProcessLink } from '../../src/kernel/process-link.js';
import { Credentials } from '../../src/process/credentials.js';
import { Limits } from '../../src/process/limits.js';
import type { ProcessCaller } from '../../src/process/process-caller.js';
import { Process } from '../../src/process/process.js';
import { ProcessTable } from '../../src/process/process-table.js';
import { Thread } from '../../src/process/thread.js';
import { SignalPost } from '../../src/signal/signal-post.js';
import { usualAgent } from '../sched/usual-agent.js';

/** A kernel of processes without a host, where who is stopped stands at once. */
export class FakeKernel {
  readonly processes = new ProcessTable();
  readonly host = { interrupt: vi.fn(), kill: vi.fn(), stop: vi.fn((process: Process) => { this.signals.stands(process); }), continue: vi.fn() };
  readonly signals = new SignalPost(this.host);
  readonly #memory = new Map<Process, ArrayBuffer>();

  /** A running process with one thread; in the parent's group, or one of its own session. */
  spawn(parent?: Process, credentials = parent?.credentials ?? Credentials.of(1000, 1000)): Process {
    const pid = this.#id();
    const process = new Process({
      pid,
      parent,
      ...(parent !== undefined && { creator: parent }),
      group: parent?.group ?? this.processes.newSession(pid),
      credentials,
      files: {} as unknown as FileSystemContext,
      limits: parent?.limits.copy() ?? new Limits(),
      exitSignal: Signal.SIGCHLD,
      startedAtMs: 0,
    });
    const memory = new ArrayBuffer(ArenaLayout.size);
    this.#memory.set(process, memory);
    process.link = { arena: new ProcessArena(memory) } as unknown as ProcessLink;
    process.state = 'running';
    this.processes.add(process);
    this.#addThread(process, pid);
    return process;
  }

  /** One more thread. */
  thread(process: Process): Thread {
    return this.#addThread(process, this.#id());
  }

  /** The end of a process that nobody has waited for yet. */
  zombie(process: Process): Process {
    for (const thread of process.threads.values()) this.processes.threads.delete(thread.tid);
    process.threads.clear();
    process.state = 'zombie';
    process.link = undefined;
    return process;
  }

  /** What the guest registers for a signal: 0 default, 1 ignore, else a handler. */
  setAction(process: Process, signal: number, handler: number, flags = 0): void {
    const words = new Uint32Array(this.#memory.get(process)!);
    const first = (ArenaLayout.actions + signal * SignalAction.size) / 4;
    words[first] = handler;
    words[first + SignalAction.flags / 4] = flags;
  }

  /** The guest blocks signals. */
  setMask(thread: Thread, mask: bigint): void {
    thread.process.arena!.setSlotWide(thread.slot, ThreadSlot.signal_mask, mask);
  }

  /** What a handler gets. */
  caller(process: Process, thread = process.leader!): ProcessCaller {
    return {
      process,
      thread,
      kernel: this,
      wait: (queue, condition, timeoutMs) => interruptibleWait(thread, 'wake' in queue ? [queue] : queue, condition, timeoutMs),
    };
  }

  #id(): number {
    const id = this.processes.nextId()!;
    return id;
  }

  #addThread(process: Process, tid: number): Thread {
    const thread = new Thread(process, { tid, slot: process.slots.length, name: '', sched: usualAgent() });
    process.slots.push(thread);
    process.threads.set(tid, thread);
    this.processes.threads.set(tid, thread);
    return thread;
  }
}
