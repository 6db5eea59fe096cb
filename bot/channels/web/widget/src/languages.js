// The widget's own few words in eight languages. The page may propose one, the browser may propose one; only the
// person decides, and only that decision is stored.
import ar from './strings/ar.json';
import de from './strings/de.json';
import en from './strings/en.json';
import fa from './strings/fa.json';
import fr from './strings/fr.json';
import ru from './strings/ru.json';
import tr from './strings/tr.json';
import uk from './strings/uk.json';
import { device } from './storage.js';

export const STRINGS = { en, de, ar, fa, uk, ru, tr, fr };

const RIGHT_TO_LEFT = /^(ar|fa|prs|ur|ps|he|ckb|ku-arab|ug|sd|yi)(-|$)/i;

/** 'rtl' or 'ltr' for a language tag; null when there is no tag. */
export function directionOf(language) {
  if (!language) return null;
  return RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
}

function known(tag) {
  const code = String(tag || '').toLowerCase().split(/[-_]/)[0];
  const same = { prs: 'fa' }[code] || code;
  return Object.prototype.hasOwnProperty.call(STRINGS, same) ? same : null;
}

export class Wording {
  constructor(proposed) {
    this.labels = [];
    this.chosen = known(device.read('language'));
    const guesses = [this.chosen, proposed, ...(navigator.languages || [navigator.language])];
    this.language = guesses.map(known).find(Boolean) || 'en';
  }

  get direction() {
    return directionOf(this.language);
  }

  text(key) {
    return STRINGS[this.language][key];
  }

  /** A phrase in the language of a message, where that is one of the eight. */
  textIn(language, key) {
    return STRINGS[known(language) || this.language][key];
  }

  /** Puts a phrase into an element (or one of its attributes) and keeps it there when the language changes. */
  label(element, key, attribute = null) {
    const entry = { element, key, attribute };
    this.labels.push(entry);
    this.show(entry);
    return element;
  }

  show({ element, key, attribute }) {
    if (attribute) element.setAttribute(attribute, this.text(key));
    else element.textContent = this.text(key);
  }

  choose(language) {
    this.chosen = this.language = language;
    device.write('language', language);
    this.labels.forEach((entry) => this.show(entry));
  }

  /** Like choose, for a language that the server names; false if there is nothing to change. */
  follow(language) {
    if (known(language) !== language || (language === this.language && this.chosen)) return false;
    this.choose(language);
    return true;
  }

  /** Forgets elements that left the page. */
  prune(root) {
    this.labels = this.labels.filter(({ element }) => root.contains(element));
  }

  /** What the server is told with each message. */
  customData() {
    return { language: this.language, language_chosen: Boolean(this.chosen) };
  }
}
