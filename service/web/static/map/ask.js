/** Asking the service over HTTP. */

/**
 * Send a request.
 *
 * @param {object} [more] body: sent as JSON; version: of what is changed, sent as If-Match.
 * @returns {object} {status, data}: the status is 0 when nothing answers, the data null when it is no JSON.
 */
export async function ask(method, path, { body = null, version = null } = {}) {
  const headers = { Accept: "application/json" };
  if (version !== null) headers["If-Match"] = `"${version}"`;
  if (body !== null) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(path, { method, headers, cache: "no-store", body: body === null ? null : JSON.stringify(body) });
    return { status: response.status, data: await response.json().catch(() => null) };
  } catch {
    return { status: 0, data: null };
  }
}

/** Read from a path; who is signed out by now is led to the login, as the page itself would be. */
export async function read(path) {
  const answer = await ask("GET", path);
  if (answer.status === 401) location.reload();
  return answer;
}
