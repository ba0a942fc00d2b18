/** A nurse's title as the staff register writes it, in Swedish, to words of another language. */
export type Titles = Readonly<Record<string, string>>;

/** The title in the language of the page; one that nobody has translated stays as it is. */
export const translated = (titles: Titles, title: string): string => titles[title.trim().toLowerCase()] ?? title;
