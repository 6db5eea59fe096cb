// Reading aloud with the browser's own voices. Nothing is sent anywhere by Waymark.

const synthesis = window.speechSynthesis;
let stopped = null;

const base = (tag) => String(tag).toLowerCase().split(/[-_]/)[0];

/** Whether there may be a voice: some browsers name their voices only after a while, so an empty list says nothing. */
export function canRead(language) {
  if (!synthesis || !window.SpeechSynthesisUtterance) return false;
  const voices = synthesis.getVoices();
  return !voices.length || voices.some((voice) => base(voice.lang) === base(language));
}

export function onVoices(callback) {
  if (synthesis && synthesis.addEventListener) synthesis.addEventListener('voiceschanged', callback);
}

export function stopReading() {
  if (!synthesis) return;
  synthesis.cancel();
  if (stopped) stopped();
  stopped = null;
}

/** Reads a text; `whenStopped` is called at its end, or when something else is read. */
export function readAloud(text, language, whenStopped) {
  stopReading();
  stopped = whenStopped;
  const voice = synthesis.getVoices().find((one) => base(one.lang) === base(language));
  // Some engines break off after about 15 seconds, so sentences are queued one by one.
  const sentences = text.match(/[^\n]+?(?:[.!?\u061F\u2026](?=\s)|\n|$)/g) || [];
  sentences.forEach((sentence, index) => {
    const utterance = new SpeechSynthesisUtterance(sentence.trim());
    utterance.lang = voice ? voice.lang : language;
    if (voice) utterance.voice = voice;
    if (index === sentences.length - 1) {
      utterance.onend = utterance.onerror = () => {
        if (stopped === whenStopped) stopReading();
      };
    }
    synthesis.speak(utterance);
  });
}
