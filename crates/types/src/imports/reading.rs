//! How a file of contacts was read.

use crate::text_enum::text_enum;

text_enum! {
    /// What stands between the cells of a row.
    pub enum Delimiter {
        /// `,`
        Comma = "comma",
        /// `;`
        Semicolon = "semicolon",
        /// A tabulator.
        Tab = "tab",
        /// `|`
        Bar = "bar",
    }
}

impl Delimiter {
    /// The letter in the file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }

    /// The words for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Comma => "Commas",
            Self::Semicolon => "Semicolons",
            Self::Tab => "Tabs",
            Self::Bar => "Bars",
        }
    }
}

/// How a table was read, as it was found out or as its sender said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFormat {
    /// What stands between its cells.
    pub delimiter: Delimiter,
    /// The name of its encoding in the WHATWG Encoding Standard.
    pub encoding: String,
    /// Whether its first row says what its columns are.
    pub has_header: bool,
}
