/** Reads phone numbers as people write them. */
export interface PhoneNumbers {
  /**
   * The E.164 form (`+442071838750`) of a text that holds an international number, be it in use or not; undefined for
   * any other text. Takes bounded time, whatever the text.
   */
  e164(text: string): string | undefined;
}
