/**
 * Reading the base map's one file by ranges, or from the page itself.
 *
 * Each range has an address of its own: Chromium's cache fails, now and then, at parallel ranges of one address
 * (https://github.com/protomaps/PMTiles/issues/442), and pmtiles' own remedy, no cache at all, is slow on a phone.
 */

const { PMTiles, Protocol } = globalThis.pmtiles;

class RangeSource {
  #url;

  constructor(url) {
    this.#url = url;
  }

  getKey() {
    return this.#url;
  }

  async getBytes(offset, length, signal) {
    const range = `${offset}-${offset + length - 1}`;
    const response = await fetch(`${this.#url}?${range}`, { signal, headers: { Range: `bytes=${range}` } });
    if (response.status !== 206) throw new Error(`The tiles answered ${response.status} to a range.`);
    return { data: await response.arrayBuffer() };
  }
}

/** The same file when it is in the page, which then was saved to be opened without the service. */
class EmbeddedSource {
  #key;
  #file;

  constructor(key, dataUrl) {
    this.#key = key;
    this.#file = fetch(dataUrl).then((answer) => answer.arrayBuffer());
  }

  getKey() {
    return this.#key;
  }

  async getBytes(offset, length) {
    return { data: (await this.#file).slice(offset, offset + length) };
  }
}

/** What MapLibre needs to read `pmtiles://` addresses of this file. */
export function tileProtocol(tilesUrl) {
  const address = new URL(tilesUrl, document.baseURI).href;
  const embedded = document.getElementById("tiles")?.textContent;
  const protocol = new Protocol();
  protocol.add(new PMTiles(embedded ? new EmbeddedSource(address, embedded) : new RangeSource(address)));
  return protocol.tile;
}
