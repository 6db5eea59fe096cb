// What the one <script> tag says: data-server, data-path, data-language, data-mode, data-position, data-exit-url.

const EXIT_URL = 'https://www.google.com/search?q=weather';

function webAddress(value, fallback) {
  try {
    const url = new URL(value, document.baseURI);
    return /^https?:$/.test(url.protocol) ? url.href : fallback;
  } catch {
    return fallback;
  }
}

/** Settings from the script element's data attributes; every one of them may be missing. */
export function readSettings(script) {
  const data = script ? script.dataset : {};
  const home = script && script.src ? script.src : document.baseURI;
  return {
    server: new URL(webAddress(data.server || home, home)).origin,
    path: data.path || '/socket.io',
    language: data.language || null,
    page: data.mode === 'page',
    // "start" and "end" follow the page's direction; "left" and "right" do not.
    position: /^(start|end|left|right)$/.test(data.position || '') ? data.position : 'end',
    exitUrl: webAddress(data.exitUrl || EXIT_URL, EXIT_URL),
  };
}
