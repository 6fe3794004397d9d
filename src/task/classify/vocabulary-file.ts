/** In an exported folder: the words by rank. */
export const VOCABULARY_FILE = 'vocabulary.json';
