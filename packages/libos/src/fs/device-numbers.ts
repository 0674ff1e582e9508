/** First anonymous device number; below are those of real kernels' early mounts. */
const FIRST = 32;

/**
 * Hands out `st_dev` numbers. They are the LibOS's own, one small number each, so that a guest learns nothing of the
 * host's disks. Source: linux/fs/super.c, `get_anon_bdev`: major 0.
 */
export class DeviceNumbers {
  #next = FIRST;

  allocate(): number {
    return this.#next++;
  }
}

/** The numbers of one mount, which may lie on several devices of the host. */
export class MountDevices {
  readonly #numbers: DeviceNumbers;
  readonly #byHost = new Map<number, number>();

  constructor(numbers: DeviceNumbers) {
    this.#numbers = numbers;
  }

  /** `st_dev` for a device of the host. */
  of(hostDevice: number): number {
    let dev = this.#byHost.get(hostDevice);
    if (dev === undefined) {
      dev = this.#numbers.allocate();
      this.#byHost.set(hostDevice, dev);
    }
    return dev;
  }
}
