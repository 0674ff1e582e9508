import type { MessagePort } from 'node:worker_threads';

import type { EnclaveListener } from '@occlum/libos';

import type { EnclaveCalls } from './kernel.js';
import type { AnswerMessage, CallMessage, EventMessage } from './kernel-messages.js';

/**
 * Answers calls that come over a port until it is closed.
 *
 * @param boot - Makes the LibOS of an enclave that is named for the first time.
 */
export function serveCalls(port: MessagePort, boot: (listener: EnclaveListener) => EnclaveCalls): void {
  const enclaves = new Map<number, EnclaveCalls>();
  const answer = (message: AnswerMessage | EventMessage): void => {
    port.postMessage(message);
  };
  const bootAs = (enclave: number): EnclaveCalls => boot((event) => {
    answer({ enclave, event });
  });
  port.on('message', (message: CallMessage) => {
    perform(message, enclaves, bootAs).then(
      (result) => {
        answer({ id: message.id, result });
      },
      (error: unknown) => {
        answer({ id: message.id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    );
  });
}

async function perform(message: CallMessage, enclaves: Map<number, EnclaveCalls>, boot: (enclave: number) => EnclaveCalls): Promise<number> {
  let enclave = enclaves.get(message.enclave);
  if (enclave === undefined) enclaves.set(message.enclave, (enclave = boot(message.enclave)));
  switch (message.call) {
    case 'init':
      return enclave.init(...message.args);
    case 'newProcess':
      return enclave.newProcess(...message.args);
    case 'execThread':
      return enclave.execThread(...message.args);
    case 'kill':
      return enclave.kill(...message.args);
    case 'stopOf':
      return enclave.stopOf(...message.args);
    case 'takes':
      return enclave.takes(...message.args);
    case 'broadcastInterrupts':
      return enclave.broadcastInterrupts();
    case 'destroy':
      enclaves.delete(message.enclave);
      await enclave.destroy();
      return 0;
  }
}
