/** Thrown when a decision could not be committed within the bounds: other writers always came first. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError';
}
