// Requests to the server. Every change carries the session's token against forged requests.

/** The server said no, with a reason: `code` and `values` as in bot/errors.py. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.message || String(status));
    this.status = status;
    this.code = body.error || 'console.failed';
    this.values = body.values || {};
  }
}

/** No answer came. What was asked for may or may not have been done: asking again with the same key is harmless. */
export class Unreachable extends Error {
  constructor() {
    super('');
    this.code = 'network';
    this.values = {};
  }
}

let token = '';
let whenSignedOut = () => {};

export const useToken = (csrf) => {
  token = csrf || '';
};
export const onSignedOut = (act) => {
  whenSignedOut = act;
};

/** Asks; gives the answer's JSON. `body` becomes JSON, `raw` is sent as it is. Throws Refused or Unreachable. */
export async function ask(path, { method = 'GET', body, raw, headers = {}, patience = 25000 } = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent['Content-Type'] = 'application/json';
  if (method !== 'GET') sent['X-CSRF-Token'] = token;
  let answer;
  let found;
  try {
    answer = await fetch(path, {
      method, headers: sent, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), credentials: 'same-origin',
      cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(patience),
    });
    found = await answer.json();
  } catch {
    throw new Unreachable();
  }
  if (answer.ok) return found;
  const error = new Refused(answer.status, found);
  if (error.code === 'console.signed_out') whenSignedOut();
  throw error;
}

export const post = (path, body = {}, more = {}) => ask(path, { method: 'POST', body, ...more });

/** A key that makes sending the same thing twice one sending. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, '0')).join('');
}
