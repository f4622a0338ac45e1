//! Keeps an address out of what is said of a home, where its seller does not want it shown.

/// Stands where the address stood.
const WITHHELD: &str = "[address withheld]";

/// How streets end, in full and as people shorten it.
const SUFFIXES: [&str; 34] = [
    "alley",
    "ave",
    "avenue",
    "blvd",
    "boulevard",
    "cir",
    "circle",
    "court",
    "ct",
    "dr",
    "drive",
    "highway",
    "hwy",
    "lane",
    "ln",
    "parkway",
    "path",
    "pike",
    "pkwy",
    "pl",
    "place",
    "plaza",
    "rd",
    "road",
    "row",
    "sq",
    "square",
    "st",
    "street",
    "ter",
    "terrace",
    "trail",
    "walk",
    "way",
];

const DIRECTIONS: [&str; 12] = [
    "n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west",
];

/// What stands before the number of a unit.
const UNITS: [&str; 5] = ["apartment", "apt", "suite", "ste", "unit"];

/// A street as far as a text must not name it: its number, and the words of its name without directions and suffix.
pub(super) struct Withheld {
    number: Option<String>,
    name: Vec<String>,
}

impl Withheld {
    /// Of an address in one line: `48 N Main Street #4B, Ridgefield`. None when it names no street.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let street = line.split([',', '#']).next().unwrap_or_default();
        let words: Vec<_> = words(street).map(|(_, word)| word).collect();
        let number = words.first().filter(|word| has_digit(word)).cloned();
        let rest = &words[usize::from(number.is_some())..];
        let rest = &rest[usize::from(rest.len() > 1 && is(&DIRECTIONS, rest.first()))..];
        // A street may be called Avenue Road: its last suffix ends it.
        let end = rest.iter().rposition(|word| is(&SUFFIXES, Some(word)));
        let name = rest[..end.filter(|end| *end > 0).unwrap_or(rest.len())].to_vec();
        (!name.is_empty()).then_some(Self { number, name })
    }

    /// The text, with nothing where it names the street: its number and name, or its name as that of a street.
    pub(super) fn kept_out_of(&self, text: &str) -> String {
        let words: Vec<_> = words(text).collect();
        let (mut told, mut end, mut place) = (String::with_capacity(text.len()), 0, 0);
        while let Some((start, _)) = words.get(place) {
            let Some(length) = self.begins(&words[place..]) else {
                place += 1;
                continue;
            };
            told.push_str(&text[end..*start]);
            told.push_str(WITHHELD);
            place += length;
            let (last, word) = &words[place - 1];
            end = last + word.len();
        }
        told.push_str(&text[end..]);
        told
    }

    /// How many of these words name the street. None when they do not begin with it.
    fn begins(&self, words: &[(usize, String)]) -> Option<usize> {
        let word = |place: usize| words.get(place).map(|(_, word)| word);
        let is_numbered = self.number.is_some() && word(0) == self.number.as_ref();
        let mut length = usize::from(is_numbered);
        if is(&DIRECTIONS, word(length)) && word(length) != self.name.first() {
            length += 1;
        }
        for part in &self.name {
            if word(length) != Some(part) {
                return None;
            }
            length += 1;
        }
        let is_street = is(&SUFFIXES, word(length));
        length += usize::from(is_street);
        if !is_numbered && !is_street {
            return None;
        }
        length += usize::from(is(&DIRECTIONS, word(length)));
        let is_unit = is(&UNITS, word(length)) && word(length + 1).is_some();
        Some(length + 2 * usize::from(is_unit))
    }
}

fn has_digit(word: &str) -> bool {
    word.contains(|letter: char| letter.is_ascii_digit())
}

fn is(list: &[&str], word: Option<&String>) -> bool {
    word.is_some_and(|word| list.contains(&word.as_str()))
}

/// The words of a text, small, each with where it begins. Only ASCII is made small, so that a word is as long as it was.
fn words(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut start = 0;
    let pieces = text.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '\'' | '-'));
    let placed = pieces.map(move |piece| {
        // The piece ends before a letter that is none; where the next one begins depends on how long that is.
        let at = start;
        start = at + piece.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
        (at, piece.to_ascii_lowercase())
    });
    placed.filter(|(_, word)| !word.is_empty())
}
