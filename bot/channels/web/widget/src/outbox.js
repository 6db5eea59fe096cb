// Messages the server has not acknowledged. Each carries an id of its own, so sending one twice is harmless.
import { device } from './storage.js';

const KEY = 'outbox';

// Read afresh every time: another tab of the same site writes to the same list.
const all = () => device.read(KEY, []);

export const outbox = {
  all,
  add(message) {
    device.write(KEY, [...all(), message]);
  },
  remove(id) {
    device.write(KEY, all().filter((message) => message.message_id !== id));
  },
  clear() {
    device.remove(KEY);
  },
};

/** A random UUID; crypto.randomUUID is missing on plain http and in older browsers. */
export function newId() {
  if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
