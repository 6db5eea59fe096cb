// Message text into text nodes, links and isolates.
import { h, link, safeHref } from './dom.js';

const DIGIT = '[0-9\u0660-\u0669\u06F0-\u06F9]';

// A web address, or the longest run that could be part of a telephone number. Whole runs only: a number cut out of
// the middle of a longer run would be a wrong number.
const CANDIDATE = new RegExp(`https?://[^\\s<>"\\u00AB\\u00BB\\u201E\\u201C\\u201D]+|[+]?[(]?${DIGIT}(?:[-/() \\u00A0]{0,3}${DIGIT})*`, 'g');

// Only shapes in which nothing else can hide. "0821 3244800 8-12" (a number, then opening hours) fits none of them
// and stays plain text: no link is better than a wrong call. The server names the certain ones in metadata.links.
const PHONE_SHAPES = [
  /^\+\d{8,15}$/,
  /^\+\d{1,3}[ ]?(\(0\)[ ]?)?\d{2,5}[ ]?[-/ ][ ]?\d{3,8}(-\d{1,4})?$/,
  /^0\d{6,12}$/,
  /^\(?0\d{2,5}\)?[ ]?[-/ ][ ]?\d{3,8}$/,
  /^0\d{2,5}[ ]?[/ ][ ]?\d{3,8}-\d{1,4}$/,
  /^0800 \d{3} \d \d{3}$/,
  /^08000 116 ?016$/,
  /^116 ?(000|006|016|111|117|123)$/,
];
const NOT_A_PHONE = [/^\d{4} ?- ?\d{4}$/, /^\d{1,2}[-/]\d{1,2}[-/]\d{2,4}$/];
const EMERGENCY = /^(112|110)$/;

const latinDigits = (text) =>
  text
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[\u06F0-\u06F9]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/\u00A0/g, ' ');

/** The tel: address of a run of digits, or null when it is not surely a telephone number. */
export function telephone(run, emergency = false) {
  const plain = latinDigits(run);
  if (emergency && EMERGENCY.test(plain)) return `tel:${plain}`;
  if (NOT_A_PHONE.some((shape) => shape.test(plain)) || !PHONE_SHAPES.some((shape) => shape.test(plain))) return null;
  const international = plain.startsWith('+') ? plain.replace('(0)', '') : plain;
  return `tel:${international.replace(/[^+\d]/g, '')}`;
}

// The full stop that ends the sentence is not part of the address; a bracket is when it was opened inside.
function trimAddress(address) {
  let trimmed = address.replace(/[.,;:!?'\u060C\u061B\u061F\u2026]+$/, '');
  while (trimmed.endsWith(')') && trimmed.split('(').length < trimmed.split(')').length) trimmed = trimmed.slice(0, -1);
  return trimmed;
}

const isolated = (text, name) => h('bdi', { dir: 'ltr', class: name }, text);

// In right-to-left text a number with signs in it ("08:30-12:00", "+49") falls apart unless it is isolated. Letters
// that belong to it go along: the "2" of "A2" alone would be shown before the "A".
function withIsolatedNumbers(text) {
  const parts = text.split(/((?:\+|\p{Script=Latin}+)?\d(?:[\p{Script=Latin}\d.,:/\u2013-]*[\p{Script=Latin}\d])?)/u);
  return parts.map((part, index) => (index % 2 ? isolated(part, 'number') : part));
}

function autolinked(text, emergency, rightToLeft) {
  const nodes = [];
  let end = 0;
  const plain = (from, to) => {
    const part = text.slice(from, to);
    if (part) nodes.push(...(rightToLeft ? withIsolatedNumbers(part) : [part]));
  };
  for (const match of text.matchAll(CANDIDATE)) {
    const before = text[match.index - 1] || ' ';
    const after = text[match.index + match[0].length] || ' ';
    const web = /^https?:/i.test(match[0]);
    const shown = web ? trimAddress(match[0]) : match[0];
    // Part of a word, an amount, a time or a date: not a telephone number.
    const embedded = /[\w.,:/%\u20AC$-]/.test(before) || /[\w/%\u20AC$]/.test(after) || /^[.,:]\d/.test(text.slice(match.index + shown.length));
    const href = web ? safeHref(shown) : embedded ? null : telephone(shown, emergency);
    if (!href) continue;
    plain(end, match.index);
    nodes.push(link(href, {}, isolated(shown, web ? null : 'number')));
    end = match.index + shown.length;
  }
  plain(end, text.length);
  return nodes;
}

const glued = (a, b) => /[\d\w+]/.test(a) && /[\d\w]/.test(b);

// "112" is linked in "call 112", not in "1120".
function linkedWhere({ text: wanted, href }, text) {
  const nodes = [];
  let end = 0;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const after = at + wanted.length;
    if (glued(text[at - 1] || ' ', wanted[0]) || glued(wanted[wanted.length - 1], text[after] || ' ')) continue;
    nodes.push(text.slice(end, at), link(safeHref(href), {}, h('bdi', {}, wanted)));
    end = after;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== '');
}

/** The usable ones of metadata.links, longest text first so that a number is never linked by a part of it. */
export function sureLinks(links) {
  return (Array.isArray(links) ? links : [])
    .filter((one) => one && typeof one.text === 'string' && one.text.trim() && safeHref(one.href))
    .sort((a, b) => b.text.length - a.text.length);
}

/**
 * Nodes for one text. `links` are the places the server is sure about: [{text, href}], each linked wherever its text
 * stands. `emergency` also links 112 and 110.
 */
export function richText(text, { links = [], emergency = false, rightToLeft = false } = {}) {
  let nodes = [String(text)];
  sureLinks(links).forEach((one) => {
    nodes = nodes.flatMap((node) => (typeof node === 'string' ? linkedWhere(one, node) : [node]));
  });
  return nodes.flatMap((node) => (typeof node === 'string' ? autolinked(node, emergency, rightToLeft) : [node]));
}
