/** Bytes that the files of one or more stores may take together. */
export class ByteQuota {
  readonly limit: number;
  used = 0;

  constructor(limit = Infinity) {
    this.limit = limit;
  }
}
