//! Writes iCalendar, RFC 5545: as much of it as appointments take.
//!
//! By hand: three rules about lines are less than a dependency that brings another library of time with it.

use jiff::Timestamp;

/// The most bytes of a line, without what ends it (3.1).
const LONGEST: usize = 75;

/// A calendar that is being written.
pub(super) struct Calendar(String);

impl Calendar {
    pub(super) fn new(name: &str) -> Self {
        let mut calendar = Self(String::new());
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//Freehold//Reminders//EN");
        calendar.line("CALSCALE", "GREGORIAN");
        calendar.line("METHOD", "PUBLISH");
        calendar.text("NAME", name);
        calendar.text("X-WR-CALNAME", name);
        // Who asks more often is told sooner; who asks for this, asks four times an hour.
        calendar.line("REFRESH-INTERVAL;VALUE=DURATION", "PT15M");
        calendar.line("X-PUBLISHED-TTL", "PT15M");
        calendar
    }

    /// A line whose value means something to programs.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A line whose value people read.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value));
    }

    /// A line whose value is a time.
    pub(super) fn time(&mut self, name: &str, at: Timestamp) {
        self.line(name, &at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    pub(super) fn finish(mut self) -> String {
        self.line("END", "VCALENDAR");
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

/// 3.3.11: what separates values is marked, and a line break is two letters. Other control characters no text has.
fn escaped(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a line back as a calendar does.
    fn read(written: &str, name: &str) -> Option<String> {
        let unfolded = written.replace("\r\n ", "");
        let line = unfolded
            .split("\r\n")
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut text = String::new();
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next()? {
                    'n' | 'N' => text.push('\n'),
                    marked => text.push(marked),
                },
                _ => text.push(letter),
            }
        }
        Some(text)
    }

    fn a_calendar_with(summary: &str) -> String {
        let mut calendar = Calendar::new("Reminders");
        calendar.text("SUMMARY", summary);
        calendar.finish()
    }

    #[test]
    fn a_time_is_in_utc_and_text_is_marked() {
        let mut calendar = Calendar::new("Ann; Ben, Cy");
        calendar.time("DTSTART", "2026-03-02T12:00:30.5Z".parse().unwrap());
        calendar.text("SUMMARY", "a\\b;c,d\r\ne\nf\tg");
        let written = calendar.finish();

        assert!(written.contains("\r\nDTSTART:20260302T120030Z\r\n"), "{written}");
        assert!(
            written.contains("\r\nX-WR-CALNAME:Ann\\; Ben\\, Cy\r\n"),
            "{written}"
        );
        assert!(
            written.contains("\r\nSUMMARY:a\\\\b\\;c\\,d\\ne\\nfg\r\n"),
            "{written}"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_written_comes_back_from_short_lines(summary in "\\PC{0,300}") {
            let written = a_calendar_with(&summary);

            prop_assert_eq!(read(&written, "SUMMARY"), Some(summary));
            for line in written.split("\r\n") {
                prop_assert!(line.len() <= LONGEST, "{} bytes: {}", line.len(), line);
            }
        }

        #[test]
        fn nobody_writes_a_line_of_their_own(summary in any::<String>()) {
            let written = a_calendar_with(&summary);
            let plain = a_calendar_with("x");

            let names = |written: &str| {
                let unfolded = written.replace("\r\n ", "");
                let names = unfolded.split("\r\n").map(|line| line.split(':').next().unwrap_or_default().to_owned());
                names.collect::<Vec<_>>()
            };
            prop_assert_eq!(names(&written), names(&plain));
            prop_assert!(!written.replace("\r\n", "").contains(['\r', '\n']));
        }
    }
}
