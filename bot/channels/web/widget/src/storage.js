// What this device remembers. localStorage: session id, unsent messages, chosen language. sessionStorage (gone with
// the tab): the conversation as shown. A browser that forbids storage gets memory instead, and the chat still works.

const PREFIX = 'waymark.';

function usable(name) {
  try {
    const area = window[name];
    area.setItem(`${PREFIX}probe`, '1');
    area.removeItem(`${PREFIX}probe`);
    return area;
  } catch {
    return null;
  }
}

function area(backing) {
  const memory = new Map();
  return {
    read(key, fallback = null) {
      if (!backing) return memory.has(key) ? memory.get(key) : fallback;
      try {
        const text = backing.getItem(PREFIX + key);
        return text === null ? fallback : JSON.parse(text);
      } catch {
        return fallback;
      }
    },
    write(key, value) {
      if (!backing) {
        memory.set(key, value);
        return;
      }
      try {
        backing.setItem(PREFIX + key, JSON.stringify(value));
      } catch {
        // Full: the conversation goes on in this page, and only outliving it is lost.
      }
    },
    remove(key) {
      memory.delete(key);
      if (backing) backing.removeItem(PREFIX + key);
    },
    clear() {
      memory.clear();
      if (!backing) return;
      Object.keys(backing)
        .filter((key) => key.startsWith(PREFIX))
        .forEach((key) => backing.removeItem(key));
    },
  };
}

export const device = area(usable('localStorage'));
export const tab = area(usable('sessionStorage'));

/** Removes everything Waymark put on this device. */
export function clearAll() {
  device.clear();
  tab.clear();
}

/** Calls back when another tab ended the conversation (deleted it, or left quickly). */
export function onEndedElsewhere(callback) {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === `${PREFIX}session` && newValue === null) callback();
  });
}
