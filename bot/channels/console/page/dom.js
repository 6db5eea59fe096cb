// Elements are made here alone, from tag names in our own code and text nodes: nothing that a person wrote is ever read as
// markup.
const SVG = 'http://www.w3.org/2000/svg';
const ICONS = {
  mark: 'M12 2v20M12 5h7l2.5 2.5L19 10h-7M12 11H5l-2.5 2.5L5 16h7',
  back: 'M19 12H5M11 6l-6 6 6 6',
  send: 'M4 12L20 4l-5 16-3.5-6.5z M11.5 13.5L20 4',
  close: 'M6 6l12 12M18 6L6 18',
  file: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.2 17a1.6 1.6 0 0 1-2.3-2.3L14 7.6',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  book: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3z M5 17a3 3 0 0 1 3-3h11',
  note: 'M5 4h14v11l-5 5H5z M14 20v-5h5',
  speech: 'M4 5h16v11H9l-5 4z M8 9h8 M8 12h5',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5M12 8v.1',
  gear: 'M12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6z M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1',
  out: 'M10 4H5v16h5M9 12h11M16 8l4 4-4 4',
  alert: 'M12 3L2 20h20zM12 10v4M12 17v.1',
  clock: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 7v5l3 2',
  globe: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  pen: 'M4 20l1-5L16 4l4 4L9 19z M14 6l4 4',
  hand: 'M12 21c-4 0-7-2.5-8-8.5M8 12V5.5a1.5 1.5 0 0 1 3 0V11V4a1.5 1.5 0 0 1 3 0v7V5.5a1.5 1.5 0 0 1 3 0V14c0 4-2 7-5 7z',
  search: 'M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16 16l5 5',
  report: 'M6 3v18M6 4h12l-3 4 3 4H6',
};

/** A decorative icon; what it means stands beside it or in the button's label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' };
  Object.entries(attributes).forEach(([key, value]) => svg.setAttribute(key, value));
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** One element: `h('p', { class: 'note', onclick: f }, 'text', otherElement)`. Empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([key, value]) => {
    if (value === null || value === undefined || value === false) return;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  });
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

/** Puts other children into an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
  return element;
}

/** A button with a text, and an icon before it if `picture` is given. */
export function button(text, onclick, { picture = null, kind = 'plain', ...attributes } = {}) {
  return h('button', { type: 'button', class: `button ${kind}`, onclick, ...attributes }, picture ? icon(picture) : null, h('span', {}, text));
}

/** A button that shows an icon alone; the text is its name. */
export function iconButton(text, onclick, picture, attributes = {}) {
  return h('button', { type: 'button', class: 'icon-button', title: text, 'aria-label': text, onclick, ...attributes }, icon(picture));
}

/** A link target that the page is willing to open, or null. */
export function safeHref(href) {
  return typeof href === 'string' && /^(https?:\/\/|tel:[+\d*#]|mailto:[^\s]+@)/i.test(href.trim()) ? href.trim() : null;
}

/** Tells those who listen to the page instead of looking at it. */
export function announce(text) {
  const place = document.getElementById('announcements');
  if (place) place.textContent = text;
}

let made = 0;
/** An id for a label and its field. */
export function newId(prefix) {
  made += 1;
  return `${prefix}-${made}`;
}
