/**
 * Reading the base map's one file by ranges.
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

/** What MapLibre needs to read `pmtiles://` addresses of this file. */
export function tileProtocol(tilesUrl) {
  const protocol = new Protocol();
  protocol.add(new PMTiles(new RangeSource(new URL(tilesUrl, document.baseURI).href)));
  return protocol.tile;
}
