//! The lines of cards: ended in any way, unfolded, taken apart, and decoded as 2.1 had it.

use std::{borrow::Cow, iter::Peekable};

use encoding_rs::{Encoding, WINDOWS_1252};

/// The most bytes of a line that are looked at. Fifty tags have room; a picture's end is passed over.
const MOST_BYTES: usize = 16 * 1024;

/// What stands in a file of cards.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry<'t> {
    Begin,
    End,
    /// Any other line, as it was before it was folded.
    Line(Cow<'t, [u8]>),
}

/// The entries of a file, one after the other.
pub(super) struct Entries<'t> {
    left: Peekable<Lines<'t>>,
}

impl<'t> Entries<'t> {
    pub(super) fn of(bytes: &'t [u8]) -> Self {
        Self {
            left: Lines(bytes).peekable(),
        }
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        let first = self.left.find(|line| !line.trim_ascii().is_empty())?;
        if let Some(mark) = mark(first) {
            return Some(mark);
        }
        let mut line = Cow::Borrowed(within(first, 0));
        let (is_printable, mut last) = (is_quoted_printable(first), first);
        loop {
            let goes_on = is_printable && last.ends_with(b"=");
            let Some(next) = self.left.next_if(|next| match goes_on {
                true => mark(next).is_none(),
                false => next.starts_with(b" ") || next.starts_with(b"\t"),
            }) else {
                return Some(Entry::Line(line));
            };
            if goes_on && line.ends_with(b"=") {
                line.to_mut().pop();
            }
            let more = if goes_on { next } else { &next[1..] };
            let more = within(more, line.len());
            line.to_mut().extend_from_slice(more);
            last = next;
        }
    }
}

/// As much of the bytes as there is room for behind so many.
fn within(bytes: &[u8], taken: usize) -> &[u8] {
    &bytes[..bytes.len().min(MOST_BYTES.saturating_sub(taken))]
}

/// Lines as they lie in the file, however they end: `\r\r\n` is what some programs make of `\r\n`.
struct Lines<'t>(&'t [u8]);

impl<'t> Iterator for Lines<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let (line, mut rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        while let Some(more) = rest.strip_prefix(b"\r") {
            rest = more;
        }
        self.0 = rest.strip_prefix(b"\n").unwrap_or(rest);
        Some(line)
    }
}

/// What begins or ends a card. Files put one after the other have their byte order marks in the middle.
fn mark(line: &[u8]) -> Option<Entry<'static>> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
    let (name, value) = line.split_at_checked(line.len().checked_sub("VCARD".len())?)?;
    if !value.eq_ignore_ascii_case(b"VCARD") {
        return None;
    }
    let name = name.trim_ascii().strip_suffix(b":")?.trim_ascii();
    if name.eq_ignore_ascii_case(b"BEGIN") {
        return Some(Entry::Begin);
    }
    name.eq_ignore_ascii_case(b"END").then_some(Entry::End)
}

/// Only 2.1 ends a line in `=` to go on with the next, and only a value of this kind.
fn is_quoted_printable(line: &[u8]) -> bool {
    Line::read(within(line, 0)).is_some_and(|line| line.has("QUOTED-PRINTABLE"))
}

/// `item1.EMAIL;TYPE=work;PREF=1:ana@example.com`.
pub(super) struct Line<'t> {
    /// In capitals, without its group.
    pub(super) name: String,
    /// Each with its name, in capitals; `TYPE` where 2.1 had none.
    parameters: Vec<(String, String)>,
    value: &'t [u8],
}

impl<'t> Line<'t> {
    /// None for what has no name and no colon: it says nothing that could be kept.
    pub(super) fn read(line: &'t [u8]) -> Option<Self> {
        let colon = outside_of_quotes(line, b':').next();
        let colon = colon.or_else(|| line.iter().position(|byte| *byte == b':'))?;
        let (head, value) = (String::from_utf8_lossy(&line[..colon]), &line[colon + 1..]);
        let head = head.to_ascii_uppercase();
        let mut parts = Vec::new();
        let mut start = 0;
        for cut in outside_of_quotes(head.as_bytes(), b';').chain([head.len()]) {
            parts.push(&head[start..cut]);
            start = cut + 1;
        }
        let (name, parameters) = parts.split_first()?;
        let name = name.rsplit('.').next().unwrap_or(name).trim();
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_name.then(|| Self {
            name: name.to_owned(),
            parameters: parameters.iter().map(|parameter| named(parameter)).collect(),
            value,
        })
    }

    fn parameter(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.parameters.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    fn has(&self, word: &str) -> bool {
        let words = self.parameter("TYPE").chain(self.parameter("ENCODING"));
        words
            .flat_map(|words| words.split(','))
            .any(|one| one.trim() == word)
    }

    /// From 1 for the first choice; a fax is nobody's.
    pub(super) fn preference(&self) -> u8 {
        let said = self.parameter("PREF").find_map(|said| said.parse().ok());
        match said {
            Some(said) => said,
            None if self.has("PREF") => 1,
            None if self.has("FAX") => 201,
            None => 200,
        }
    }

    /// The value as text. UTF-8 beyond ASCII is hardly anything else, whatever the line says it is.
    pub(super) fn value(&self) -> String {
        let bytes = match self.has("QUOTED-PRINTABLE") {
            true => Cow::Owned(of_quoted_printable(self.value)),
            false => Cow::Borrowed(self.value),
        };
        let said = self.parameter("CHARSET").next();
        let said = said.and_then(|name| Encoding::for_label(name.as_bytes()));
        // In UTF-16 there were no lines to read until here.
        let said = said.filter(|encoding| encoding.output_encoding() == *encoding);
        match (std::str::from_utf8(&bytes), said) {
            (Ok(text), None) => text.to_owned(),
            (Ok(text), _) if !text.is_ascii() => text.to_owned(),
            (_, said) => {
                let (text, _) = said.unwrap_or(WINDOWS_1252).decode_without_bom_handling(&bytes);
                text.into_owned()
            }
        }
    }
}

/// `TYPE="work,voice"`, or `WORK` as 2.1 has it.
fn named(parameter: &str) -> (String, String) {
    let (name, value) = parameter.split_once('=').unwrap_or(("TYPE", parameter));
    (name.trim().to_owned(), value.trim().trim_matches('"').to_owned())
}

/// Where a separator stands that is in no quotes.
fn outside_of_quotes(text: &[u8], separator: u8) -> impl Iterator<Item = usize> {
    let mut in_quotes = false;
    text.iter().enumerate().filter_map(move |(index, byte)| {
        in_quotes ^= *byte == b'"';
        (*byte == separator && !in_quotes).then_some(index)
    })
}

/// `=C3=A9` as the bytes it stands for. What is no such thing stays as it is.
fn of_quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut left = text;
    while let Some((byte, rest)) = left.split_first() {
        let digits = match (byte, rest) {
            (b'=', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        let (meant, length) = digits.map_or((*byte, 1), |(high, low)| (high * 16 + low, 3));
        decoded.push(meant);
        left = &left[length..];
    }
    decoded
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// The pieces of a value between separators that are not escaped; each still is.
pub(super) fn pieces(value: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut start, mut is_escaped) = (Vec::new(), 0, false);
    for (index, letter) in value.char_indices() {
        if letter == separator && !is_escaped {
            pieces.push(&value[start..index]);
            start = index + letter.len_utf8();
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    pieces.push(&value[start..]);
    pieces
}

/// A value as people read it.
pub(super) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(marked @ ('\\' | ',' | ';' | ':')) => text.push(marked),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}
