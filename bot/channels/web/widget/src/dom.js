// Elements are only ever made here, from tag names in our own code and text nodes: nothing a server or a person
// wrote is parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';

const ICONS = {
  mark: 'M12 2v20M12 5h7l2.5 2.5L19 10h-7M12 11H5l-2.5 2.5L5 16h7',
  chat: 'M4 5h16v11H9l-5 4z M8 9h8 M8 12h5',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M12 4v15M6 13l6 6 6-6',
  exit: 'M10 4H5v16h5M9 12h11M16 8l4 4-4 4',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  send: 'M4 12L20 4l-5 16-3.5-6.5z M11.5 13.5L20 4',
  phone: 'M6 3h3l2 5-2.5 1.5a12 12 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z',
  map: 'M12 21s7-6.5 7-11.5a7 7 0 0 0-14 0C5 14.5 12 21 12 21z M12 7a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5z',
  clip: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.5 3.5 0 0 1 5 5l-8.5 8.5a2 2 0 0 1-3-3L14 7',
  person: 'M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4 21a8 8 0 0 1 16 0',
  link: 'M10 14L20 4M14 4h6v6M18 14v6H4V6h6',
  hours: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 7v5l3 2',
  speaker: 'M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11',
  stop: 'M6 6h12v12H6z',
  shield: 'M12 3l8 3v6c0 5-4 8-8 9c-4-1-8-4-8-9V6z',
  gear: 'M12 8.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7zM12 2v3.5M12 18.5V22M2 12h3.5M18.5 12H22M5 5l2.5 2.5M16.5 16.5L19 19M5 19l2.5-2.5M16.5 7.5L19 5',
  alert: 'M12 3L2 20h20zM12 10v4M12 17v.1',
  info: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 11v5M12 8v.1',
  globe: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
};

/** A decorative icon; what it means stands beside it or in the button's label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = { viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true', focusable: 'false' };
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
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

/** A link target the widget is willing to open, or null. */
export function safeHref(href) {
  return typeof href === 'string' && /^(https?:\/\/|tel:[+\d*#]|mailto:[^\s]+@|geo:[-\d])/i.test(href.trim())
    ? href.trim()
    : null;
}

/** A link; web pages open in a tab of their own so that the conversation stays. */
export function link(href, attributes, ...children) {
  const web = /^https?:/i.test(href);
  return h('a', { href, ...(web ? { target: '_blank', rel: 'noopener noreferrer' } : {}), ...attributes }, ...children);
}
