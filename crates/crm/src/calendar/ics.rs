//! Writes iCalendar, RFC 5545: as much of it as appointments take.

use jiff::Timestamp;

use crate::content_lines::ContentLines;

/// A calendar that is being written.
pub(super) struct Calendar(ContentLines);

impl Calendar {
    pub(super) fn new(name: &str) -> Self {
        let mut calendar = ContentLines::default();
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
        Self(calendar)
    }

    /// A line whose value means something to programs.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        self.0.line(name, value);
    }

    /// A line whose value people read.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.0.text(name, value);
    }

    /// A line whose value is a time.
    pub(super) fn time(&mut self, name: &str, at: Timestamp) {
        self.0.time(name, at);
    }

    pub(super) fn finish(mut self) -> String {
        self.0.line("END", "VCALENDAR");
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content_lines::LONGEST;

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
