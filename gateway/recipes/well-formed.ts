import { z } from 'zod';

/** Halves of surrogate pairs, which no text in UTF-8 can hold. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** A text that is stored and looked up as it came, but for halves of surrogate pairs: those become U+FFFD. */
export function zWellFormed() {
  return z.string().transform((text) => text.replace(LONE_SURROGATES, '\ufffd'));
}
