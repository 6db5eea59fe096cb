// The page's words in the language the mediator chose; and times, lengths and lists as that language writes them.
import { ask } from './api.js';

const KEPT = 'waymark.desk.language';
const state = { language: 'en', direction: 'ltr', words: {}, languages: [] };

function wanted() {
  let kept = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // A browser that keeps nothing: its own language then.
  }
  return kept || navigator.language || 'en';
}

/** Loads the words; `language` is a choice that the browser remembers. */
export async function loadWords(language) {
  if (language) {
    try {
      localStorage.setItem(KEPT, language);
    } catch {
      // Asked for again the next time.
    }
  }
  Object.assign(state, await ask(`/desk/api/words?language=${encodeURIComponent(language || wanted())}`));
  document.documentElement.lang = state.language;
  document.documentElement.dir = state.direction;
  document.title = t('title');
}

export const language = () => state.language;
export const languages = () => state.languages;
export const has = (name) => name in state.words;

/** The words `name`, with {placeholders} filled, each kept in its own direction. */
export function t(name, values = {}) {
  const found = state.words[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (all, key) => (key in values ? `\u2068${values[key]}\u2069` : all));
}

/** Parts of a line, each kept in its own direction. */
export const line = (...parts) => parts.filter(Boolean).map((part) => `\u2068${part}\u2069`).join(' · ');

/** What went wrong, as a sentence. */
export function problem(error) {
  const name = `error_${String(error.code || 'network').replace(/\./g, '_')}`;
  if (error.code === 'console.wait') return t('error_console_wait', { time: lasting(error.values.seconds) });
  return has(name) ? t(name, error.values) : error.message;
}

// The region of the browser's own language decides on the clock, if it is the same language. Latin digits everywhere: they are
// compared with letters and signs.
const locale = () => `${navigator.language.split('-')[0] === state.language ? navigator.language.split('-u-')[0] : state.language}-u-nu-latn`;

/** The name of a language. */
export function languageName(code) {
  try {
    return new Intl.DisplayNames([state.language], { type: 'language' }).of(code) || code;
  } catch {
    return code;
  }
}

/** A length of time in its largest unit: "5 min", "3 hr", "2 days". */
export function lasting(seconds) {
  const [value, unit] = seconds < 60 ? [Math.max(0, Math.ceil(seconds)), 'second']
    : seconds < 3600 ? [Math.floor(seconds / 60), 'minute']
      : seconds < 86400 ? [Math.floor(seconds / 3600), 'hour'] : [Math.floor(seconds / 86400), 'day'];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}

/** A time of day; with its date if it was not today. `seconds` since 1970. */
export function moment(seconds) {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const how = today ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(locale(), how).format(date);
}

/** A size of a file. */
export function size(bytes) {
  const [value, unit] = bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1e3)), 'kilobyte'] : [Math.round(bytes / 1e5) / 10, 'megabyte'];
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' }).format(value);
}
