// Reads a paper aloud with a voice this device has itself: nothing is sent anywhere. Without such a voice it says so.
(() => {
  "use strict";
  const button = document.querySelector("[data-aloud]");
  const synth = window.speechSynthesis;
  if (!button || !synth || !window.SpeechSynthesisUtterance) return;
  const box = button.closest("[hidden]");
  const note = box.querySelector("[role=status]");
  let going = false;

  const voice = () => synth.getVoices().find((one) => one.localService && /^(zh|cmn)/i.test(one.lang));
  const show = (reading) => {
    going = reading;
    button.textContent = reading ? button.dataset.stop : button.dataset.start;
  };
  // One sentence at a time: some browsers fall silent in the middle of a long text.
  const sentences = () =>
    [...document.querySelectorAll(button.dataset.aloud)]
      .flatMap((part) => part.innerText.split(/(?<=[。；！？\n])/))
      .map((sentence) => sentence.trim())
      .filter(Boolean);

  const read = () => {
    const chosen = voice();
    if (!chosen) {
      note.textContent = button.dataset.none;
      return;
    }
    note.textContent = "";
    show(true);
    const all = sentences();
    all.forEach((sentence, number) => {
      const words = new SpeechSynthesisUtterance(sentence);
      words.voice = chosen;
      words.lang = chosen.lang;
      words.rate = 0.85;
      if (number === all.length - 1) words.onend = () => show(false);
      synth.speak(words);
    });
  };

  button.addEventListener("click", () => {
    if (!going) return read();
    synth.cancel();
    show(false);
  });
  window.addEventListener("pagehide", () => synth.cancel());
  // Some browsers learn of their voices only after the page is there.
  synth.getVoices();
  box.hidden = false;
})();
