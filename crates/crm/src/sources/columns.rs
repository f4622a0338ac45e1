//! What is told of each source, and in which order.

use std::cmp::Reverse;

use db::tenant::sources::SourceNumbers;
use server::{Failure, Params, page::thousands};

use crate::{words, zone::span};

/// A number of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Leads,
    Response,
    InTime,
    Appointments,
    Qualified,
    Won,
    Lost,
    Rate,
    Value,
}

impl Column {
    pub(super) const ALL: [Self; 9] = [
        Self::Leads,
        Self::Response,
        Self::InTime,
        Self::Appointments,
        Self::Qualified,
        Self::Won,
        Self::Lost,
        Self::Rate,
        Self::Value,
    ];

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Leads => "Leads",
            Self::Response => "Median response",
            Self::InTime => "Within 5 min",
            Self::Appointments => "Appointments",
            Self::Qualified => "Qualified",
            Self::Won => "Won",
            Self::Lost => "Lost",
            Self::Rate => "Won of leads",
            Self::Value => "Value won",
        }
    }

    /// The heading in a file, which says units.
    pub(super) const fn label_of_file(self) -> &'static str {
        match self {
            Self::Response => "Median response in seconds",
            Self::InTime => "Answered within 5 minutes",
            Self::Rate => "Won of leads in percent",
            Self::Value => "Value won in dollars",
            _ => self.label(),
        }
    }

    /// The word in the address.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Response => "response",
            Self::InTime => "inTime",
            Self::Appointments => "appointments",
            Self::Qualified => "qualified",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Rate => "rate",
            Self::Value => "value",
        }
    }

    /// What a list of leads is asked to show those behind the number.
    pub(super) const fn behind(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Leads => None,
            Self::Response => Some(("answered", "yes")),
            Self::InTime => Some(("answered", "in_time")),
            Self::Appointments => Some(("reached", "appointment")),
            Self::Qualified => Some(("reached", "qualified")),
            Self::Won | Self::Rate | Self::Value => Some(("status", "won")),
            Self::Lost => Some(("status", "lost")),
        }
    }

    /// How many leads are behind the number.
    pub(super) const fn count(self, of: &SourceNumbers) -> i64 {
        match self {
            Self::Leads => of.leads,
            Self::Response => of.answered,
            Self::InTime => of.answered_in_time,
            Self::Appointments => of.appointments,
            Self::Qualified => of.qualified,
            Self::Won | Self::Rate | Self::Value => of.won,
            Self::Lost => of.lost,
        }
    }

    /// What the page says.
    pub(super) fn text(self, of: &SourceNumbers) -> String {
        match self {
            Self::Response => match of.median_wait {
                None => "–".to_owned(),
                Some(wait) if wait.as_mins() < 1 => "Under 1 min".to_owned(),
                Some(wait) => span(wait),
            },
            Self::InTime => {
                let share = percent(of.answered_in_time, of.leads);
                format!("{} ({share} %)", thousands(of.answered_in_time))
            }
            Self::Rate => format!("{} %", percent(of.won, of.leads)),
            Self::Value => of.won_value.to_string(),
            _ => thousands(self.count(of)),
        }
    }

    /// What a file says, for machines.
    pub(super) fn text_of_file(self, of: &SourceNumbers) -> String {
        match self {
            Self::Response => of
                .median_wait
                .map_or_else(String::new, |wait| wait.as_secs().to_string()),
            Self::Rate => percent(of.won, of.leads).to_string(),
            Self::Value => of.won_value.whole_dollars().to_string(),
            _ => self.count(of).to_string(),
        }
    }

    /// What rows are sorted by; nothing stands last in either order.
    fn key(self, of: &SourceNumbers) -> Option<i128> {
        match self {
            Self::Response => of.median_wait.map(|wait| wait.as_micros()),
            // Millionths: two shares may look alike and differ.
            Self::Rate => Some(i128::from(of.won) * 1_000_000 / i128::from(of.leads.max(1))),
            Self::Value => Some(of.won_value.cents().into()),
            _ => Some(self.count(of).into()),
        }
    }
}

/// How many of a hundred, as the nearest whole number.
pub(super) fn percent(part: i64, whole: i64) -> i64 {
    (part * 200 + whole) / (whole.max(1) * 2)
}

/// The order of the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By name.
    Name,
    /// By name, from its end.
    NameBackwards,
    /// By a number, the least first.
    Least(Column),
    /// By a number, the most first.
    Most(Column),
}

impl Order {
    pub(super) const USUAL: Self = Self::Most(Column::Leads);

    /// Reads `sort`.
    ///
    /// # Errors
    ///
    /// Invalid, for an order nobody knows.
    pub(super) fn read(params: &Params) -> Result<Self, Failure> {
        let Some(word) = params.filled("sort") else {
            return Ok(Self::USUAL);
        };
        Self::all().find(|order| order.word() == word).ok_or_else(|| {
            let words: Vec<_> = Self::all().map(Self::word).collect();
            let sentence = format!("The sort must be one of {}.", words.join(", "));
            Failure::invalid("/sort", "unknown", sentence)
        })
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        let names = [Self::Name, Self::NameBackwards].into_iter();
        let numbers = Column::ALL.into_iter();
        names.chain(numbers.flat_map(|column| [Self::Most(column), Self::Least(column)]))
    }

    /// The word in the address.
    pub(super) fn word(self) -> String {
        match self {
            Self::Name => "source".to_owned(),
            Self::NameBackwards => "-source".to_owned(),
            Self::Least(column) => column.word().to_owned(),
            Self::Most(column) => format!("-{}", column.word()),
        }
    }

    pub(super) fn label(self) -> String {
        match self {
            Self::Name => "Source, from A".to_owned(),
            Self::NameBackwards => "Source, from Z".to_owned(),
            Self::Least(column) => format!("{}, least first", column.label()),
            Self::Most(column) => format!("{}, most first", column.label()),
        }
    }

    pub(super) fn sort(self, sources: &mut [(String, SourceNumbers)]) {
        match self {
            Self::Name => sources.sort_by_cached_key(|(source, _)| words::source(source).to_lowercase()),
            Self::NameBackwards => {
                sources.sort_by_cached_key(|(source, _)| Reverse(words::source(source).to_lowercase()));
            }
            Self::Least(column) => sources.sort_by_key(|(_, numbers)| {
                let key = column.key(numbers);
                (key.is_none(), key)
            }),
            Self::Most(column) => sources.sort_by_key(|(_, numbers)| {
                let key = column.key(numbers);
                (key.is_none(), Reverse(key))
            }),
        }
    }
}
