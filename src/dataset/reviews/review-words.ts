// A text as words, by the rules of Keras' Tokenizer: lower case, punctuation becomes blanks (the apostrophe stays), split
// at blanks. Line-break marks of HTML (`<br />`), which the reviews of IMDB hold, go first.

const LINE_BREAK = /<br\s*\/?>/gi;
/** Keras' filters: !"#$%&()*+,-./:;<=>?@[\]^_`{|}~, and blanks of any kind where Keras knows the plain one, tab and line feed alone. */
const SEPARATORS = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~\s]+/;

export function splitWords(text: string): string[] {
  return text
    .replace(LINE_BREAK, ' ')
    .toLowerCase()
    .split(SEPARATORS)
    .filter((word) => word !== '');
}
