//! One card: what we keep of it, and the row it becomes.

use types::MOST_TAGS;

use super::line::{Line, pieces, unescaped};

/// More addresses or numbers than anybody has. What a card has beyond them is left out.
const MOST_WAYS: usize = 20;

/// What was read of a card.
#[derive(Default)]
pub(super) struct Card {
    name: String,
    /// Family, given, more, before and behind.
    parts: Vec<String>,
    /// Each with how much it is preferred; the least is first.
    emails: Vec<(u8, String)>,
    phones: Vec<(u8, String)>,
    tags: Vec<String>,
    organization: String,
    problem: &'static str,
    /// Its last line ended before a card of somebody else's, which 2.1 puts into it.
    awaits_agent: bool,
}

impl Card {
    pub(super) fn of_stray_lines() -> Self {
        Self {
            problem: "These lines belong to no card.",
            ..Self::default()
        }
    }

    pub(super) fn without_an_end(self) -> Self {
        Self {
            problem: "The card does not end: END:VCARD is missing.",
            ..self
        }
    }

    /// Whether the card that begins now is of who acts for this one.
    pub(super) const fn awaits_agent(&self) -> bool {
        self.awaits_agent
    }

    /// Keeps what a line says, if it is of what we keep.
    pub(super) fn take(&mut self, line: &[u8]) {
        self.awaits_agent = false;
        let Some(line) = Line::read(line) else { return };
        match line.name.as_str() {
            "FN" => fill(&mut self.name, || unescaped(&line.value())),
            "ORG" => fill(&mut self.organization, || list(&line.value(), ';').join(", ")),
            "N" if self.parts.is_empty() => {
                let value = line.value();
                let parts = pieces(&value, ';').into_iter().take(3);
                self.parts = parts.map(unescaped).collect();
            }
            "EMAIL" => {
                let email = unescaped(&line.value());
                let email = without_scheme(&email, "mailto:").unwrap_or(&email);
                keep(&mut self.emails, line.preference(), email.to_owned());
            }
            "TEL" => keep(
                &mut self.phones,
                line.preference(),
                number(&unescaped(&line.value())),
            ),
            "CATEGORIES" => {
                // One too many is enough for the row to say so.
                let room = (MOST_TAGS + 1).saturating_sub(self.tags.len());
                self.tags.extend(list(&line.value(), ',').into_iter().take(room));
            }
            "AGENT" => self.awaits_agent = line.value().trim().is_empty(),
            _ => {}
        }
    }

    /// In the order of the columns.
    pub(super) fn cells(mut self) -> Vec<String> {
        let part = |index: usize| self.parts.get(index).cloned().unwrap_or_default();
        let (last, first) = (part(0), format!("{} {}", part(1), part(2)));
        let name = match self.is_called_by_an_address() {
            true => String::new(),
            false => self.name,
        };
        let has_name = [&name, &last, &first].iter().any(|name| !name.trim().is_empty());
        // An office has a card of its own.
        let name = if has_name { name } else { self.organization };
        let (email, emails) = first_of(&mut self.emails);
        let (phone, phones) = first_of(&mut self.phones);
        let cells = [
            name,
            first,
            last,
            email,
            emails,
            phone,
            phones,
            self.tags.join(", "),
            self.problem.to_owned(),
        ];
        cells.map(|cell| cell.trim().replace('\0', "")).into()
    }

    /// Every card must say what to call somebody: of whom no name is known, an address or a number stands there.
    fn is_called_by_an_address(&self) -> bool {
        let name = self.name.trim();
        let (mut emails, mut phones) = (self.emails.iter(), self.phones.iter());
        emails.any(|(_, email)| email.trim().eq_ignore_ascii_case(name))
            || phones.any(|(_, phone)| phone.trim() == number(name))
    }
}

fn fill(field: &mut String, value: impl FnOnce() -> String) {
    if field.trim().is_empty() {
        *field = value();
    }
}

fn keep(ways: &mut Vec<(u8, String)>, preference: u8, value: String) {
    if ways.len() < MOST_WAYS && !value.trim().is_empty() {
        ways.push((preference, value));
    }
}

/// What stands between separators, without the empty.
fn list(value: &str, separator: char) -> Vec<String> {
    let texts = pieces(value, separator).into_iter().map(unescaped);
    texts.filter(|text| !text.trim().is_empty()).collect()
}

/// The preferred one, and the others.
fn first_of(ways: &mut Vec<(u8, String)>) -> (String, String) {
    ways.sort_by_key(|(preference, _)| *preference);
    let mut values = std::mem::take(ways).into_iter().map(|(_, value)| value);
    let first = values.next().unwrap_or_default();
    (first, values.collect::<Vec<_>>().join(", "))
}

fn without_scheme<'t>(value: &'t str, scheme: &str) -> Option<&'t str> {
    let (start, rest) = value.trim_start().split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// A number as one types it: its extension stands behind `;ext=` in a URI, and behind a pause where a phone dials it.
pub(super) fn number(value: &str) -> String {
    if let Some(uri) = without_scheme(value, "tel:") {
        let mut parts = uri.split(';');
        let number = parts.next().unwrap_or_default();
        let extension = parts.find_map(|part| part.trim().strip_prefix("ext="));
        return extension.map_or_else(|| number.to_owned(), |digits| format!("{number} ext. {digits}"));
    }
    let paused = value.split_once([',', ';']).and_then(|(number, digits)| {
        let digits = digits.trim_start_matches([',', ';', ' ']).trim_end();
        let is_number = number
            .chars()
            .all(|letter| letter.is_ascii_digit() || "+-(). ".contains(letter));
        let is_extension =
            (1..=7).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && is_extension).then(|| format!("{} ext. {digits}", number.trim_end()))
    });
    paused.unwrap_or_else(|| value.to_owned())
}
