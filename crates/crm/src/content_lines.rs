//! Lines as calendars and cards have them: a name, a colon and a value.
//!
//! They are folded and escaped alike in RFC 5545 (3.1, 3.3.11) and RFC 2426 (2.6, 4).
//!
//! By hand: three rules about lines are less than a dependency that brings another library of time with it.

use jiff::Timestamp;

/// The most bytes of a line, without what ends it.
pub(crate) const LONGEST: usize = 75;

/// Lines that are being written.
#[derive(Default)]
pub(crate) struct ContentLines(String);

impl ContentLines {
    /// A line whose value means something to programs.
    pub(crate) fn line(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A line whose value people read.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value));
    }

    /// A line whose value is a time.
    pub(crate) fn time(&mut self, name: &str, at: Timestamp) {
        self.line(name, &at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// Breaks a long line in two, the second beginning with a space, and never within a letter.
    fn fold(&mut self, line: &str) {
        let mut length = 0;
        for letter in line.chars() {
            if length + letter.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(letter);
            length += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// What separates values is marked, and a line break is two letters. Other control characters no text has.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            _ if letter.is_control() => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}
