/** When to look at a plan again: as soon as the service says that something happened; where it cannot, each second. */

const POLL_MS = 1000;
const RETRY_MS = 4000;
/** While the service would say: a look now and then all the same. */
const LISTENING_MS = 15_000;
/** A search that finds better routes many times a second is looked at this often. */
const FASTEST_MS = 250;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export class Changes {
  #url;
  #stream = null;
  #isNew = false;
  #wake = () => {};

  /** `url` has server-sent events; without it there is the clock alone. */
  constructor(url) {
    this.#url = url;
    document.addEventListener("visibilitychange", () => this.#tell());
  }

  /** Resolves when there may be something new. */
  async next() {
    await pause(FASTEST_MS);
    this.#listen();
    if (!this.#isNew) {
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, this.#longest());
      });
    }
    this.#isNew = false;
  }

  /** Resolves after a while in which a service that did not answer may have come back. */
  async later() {
    this.end();
    await pause(RETRY_MS);
  }

  /** Listen no longer. */
  end() {
    this.#stream?.close();
    this.#stream = null;
  }

  /** A page that nobody looks at holds no connection: browsers have six for all pages of a host. */
  #listen() {
    if (document.hidden) this.end();
    if (document.hidden || !this.#url || this.#stream) return;
    this.#stream = new EventSource(this.#url);
    for (const kind of ["status", "progress", "result"]) this.#stream.addEventListener(kind, () => this.#tell());
  }

  #longest() {
    if (document.hidden) return RETRY_MS;
    return this.#stream?.readyState === EventSource.OPEN ? LISTENING_MS : POLL_MS;
  }

  #tell() {
    this.#isNew = true;
    this.#wake();
  }
}
