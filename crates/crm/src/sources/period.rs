//! The days that a report is about: some of the reader's days, all of them whole.

use jiff::{Span, Timestamp, civil::Date};
use server::{Failure, FieldErrors, Params};

use crate::{leads::filter::day, zone::Zone};

/// Days that have a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Named {
    Month,
    Last30,
    #[default]
    Last90,
    Year,
}

impl Named {
    pub(super) const ALL: [Self; 4] = [Self::Month, Self::Last30, Self::Last90, Self::Year];

    /// The word in the address.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Last30 => "30d",
            Self::Last90 => "90d",
            Self::Year => "year",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Month => "This month",
            Self::Last30 => "Last 30 days",
            Self::Last90 => "Last 90 days",
            Self::Year => "This year",
        }
    }

    /// The first of the days that end with this one.
    fn starts(self, today: Date) -> Date {
        let before = |days: i64| today.saturating_sub(Span::new().days(days));
        match self {
            Self::Month => today.first_of_month(),
            Self::Last30 => before(29),
            Self::Last90 => before(89),
            Self::Year => today.first_of_year(),
        }
    }
}

/// Some days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: Date,
    pub(super) to: Date,
    /// From the first day's beginning until before the last one's end.
    pub(super) times: (Timestamp, Timestamp),
    /// What they are called, unless somebody typed them.
    pub(super) named: Option<Named>,
}

impl Period {
    /// Reads `period`, or `from` and `to`.
    ///
    /// # Errors
    ///
    /// Invalid, for a period nobody knows, for what is no day, and for days that end before they begin.
    pub(super) fn read(params: &Params, zone: &Zone, now: Timestamp) -> Result<Self, Failure> {
        let mut errors = FieldErrors::default();
        let today = zone.day_of(now);
        let named = errors
            .keep_filter("period", "unknown", named(params))
            .unwrap_or_default();
        let typed = ["from", "to"].map(|name| {
            let typed = params.filled(name)?;
            errors.keep_filter(
                name,
                "invalid",
                day(typed).ok_or("must be a day such as 2026-08-24"),
            )
        });
        let is_typed = ["from", "to"].iter().any(|name| params.filled(name).is_some());
        let (from, to) = match typed {
            [None, _] if is_typed && errors.is_empty() => {
                errors.add("from", "required", "Say from which day on.");
                (today, today)
            }
            [Some(from), to] => (from, to.unwrap_or(today.max(from))),
            _ => (named.starts(today), today),
        };
        if from > to {
            errors.add("to", "invalid", "The last day must not be before the first.");
        }
        errors.finish()?;
        let ends = to.tomorrow().ok().and_then(|day| zone.begin(day));
        let times = zone.begin(from).zip(ends);
        Ok(Self {
            from,
            to,
            times: times.ok_or(Failure::invalid("/to", "invalid", "No calendar has these days."))?,
            named: (!is_typed).then_some(named),
        })
    }

    /// What says so in an address.
    pub(super) fn query(&self) -> Vec<(&'static str, String)> {
        match self.named {
            Some(Named::Last90) => Vec::new(),
            Some(named) => vec![("period", named.word().to_owned())],
            None => vec![("from", self.from.to_string()), ("to", self.to.to_string())],
        }
    }
}

fn named(params: &Params) -> Result<Named, &'static str> {
    let Some(word) = params.filled("period") else {
        return Ok(Named::default());
    };
    let named = Named::ALL.into_iter().find(|named| named.word() == word);
    named.ok_or("must be one of month, 30d, 90d, year")
}
