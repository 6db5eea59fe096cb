// The open line to the server: what changes comes by itself. A lost line is taken up again behind the last entry that came.
import { ask } from './api.js';
import { language } from './words.js';

const EVENTS = ['hello', 'alive', 'queue', 'case', 'entry', 'changed', 'typing', 'gone', 'nobody_left', 'signed_out'];
// The server gives a sign of life every 12 seconds; a network can swallow a line without a word.
const SILENCE_MS = 30000;
const PAUSES = [1500, 3000, 6000, 12000, 20000];

/** `on[event](data)` hears what comes; `on.lost()` and `on.back()` hear of the line itself. */
export class Live {
  constructor(on) {
    this.on = on;
    this.source = null;
    this.caseId = '';
    this.last = 0;
    this.tries = 0;
    this.isLost = false;
    this.wake = () => this.source === null && this.timer && this.hurry();
    this.cut = () => this.source && this.broken();
    window.addEventListener('online', this.wake);
    window.addEventListener('offline', this.cut);
  }

  /** Listens to the queue and to one case ('' for none), from its beginning. */
  watch(caseId) {
    this.caseId = caseId;
    this.last = 0;
    this.connect();
  }

  hurry() {
    clearTimeout(this.timer);
    this.timer = null;
    this.connect();
  }

  connect() {
    this.drop();
    const address = `/desk/api/stream?language=${language()}&case=${encodeURIComponent(this.caseId)}&after=${this.last}`;
    const source = new EventSource(address);
    this.source = source;
    this.listen();
    EVENTS.forEach((name) => source.addEventListener(name, (event) => {
      if (source === this.source) this.hear(name, JSON.parse(event.data));
    }));
    source.addEventListener('error', () => source === this.source && this.broken());
  }

  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.source && this.broken(), SILENCE_MS);
  }

  hear(name, data) {
    this.listen();
    if (name === 'alive') return;
    if (name === 'entry') this.last = Math.max(this.last, data.number);
    if (name === 'hello') {
      this.tries = 0;
      const wasLost = this.isLost;
      this.isLost = false;
      this.on.back(wasLost);
      return;
    }
    this.on[name](data);
  }

  // The browser would try again by itself, but not after every kind of failure, and never says so.
  broken() {
    this.drop();
    if (!this.isLost) {
      this.isLost = true;
      this.on.lost();
    }
    this.timer = setTimeout(async () => {
      try {
        const me = await ask('/desk/api/me');
        if (me.stage !== 'full') {
          this.on.signed_out();
          return;
        }
        this.connect();
      } catch {
        this.broken();
      }
    }, PAUSES[Math.min(this.tries, PAUSES.length - 1)]);
    this.tries += 1;
  }

  drop() {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = null;
    if (this.source) this.source.close();
    this.source = null;
  }

  end() {
    this.drop();
    window.removeEventListener('online', this.wake);
    window.removeEventListener('offline', this.cut);
  }
}
