//! Why a command did not end well, and with which code it leaves.

use std::{io, process::ExitCode};

use server::StartError;

use crate::Refusal;

/// Why a command did not end well.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The story was not carried out.
    Refused(Refusal),
    /// Everything worked, and the answer to what was asked is no.
    CheckFailed(String),
    /// The command line asks for something that cannot be asked that way.
    Usage(String),
    /// Somebody was asked, and said no.
    Declined,
    /// What needs a yes ran where nobody can be asked.
    Unasked,
    /// Ctrl-C, or SIGTERM.
    Interrupted,
    /// The database could not be opened, or has another schema.
    NoStart(StartError),
    /// The output could not be written.
    Output(io::Error),
}

impl Trouble {
    /// Says it on standard error and gives the code to leave with.
    #[expect(
        clippy::print_stderr,
        reason = "the command ends here; its error is for whoever typed it"
    )]
    pub(super) fn report(self) -> ExitCode {
        if let Some(sentence) = self.sentence() {
            eprintln!("error: {sentence}");
        }
        match self {
            Self::NoStart(error) => error.report(),
            other => ExitCode::from(other.exit_code()),
        }
    }

    pub(super) fn sentence(&self) -> Option<String> {
        match self {
            Self::Refused(Refusal::Database(error)) => Some(chain(error)),
            Self::Refused(refusal) => Some(refusal.to_string()),
            Self::CheckFailed(sentence) | Self::Usage(sentence) => Some(sentence.clone()),
            Self::Declined => Some("nothing was changed".to_owned()),
            Self::Unasked => Some(
                "this takes something away, and nobody is at a terminal to be asked: say --yes, or --dry-run to see \
                 what it would do"
                    .to_owned(),
            ),
            Self::Interrupted => Some("interrupted".to_owned()),
            // Whoever reads has read enough: `admin tenant list | head -1` is not an error.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => None,
            Self::Output(error) => Some(format!("writing to standard output: {error}")),
            Self::NoStart(_) => None,
        }
    }

    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Refused(Refusal::Database(db::Error::Schema(_)))
            | Self::Usage(_)
            | Self::NoStart(StartError::Unusable(_)) => 2,
            Self::Refused(Refusal::Database(db::Error::TrailWithoutEnd)) => 5,
            Self::Refused(refusal) => refusal.exit_code(),
            Self::CheckFailed(_) => 5,
            Self::Declined | Self::Unasked => 6,
            Self::Interrupted | Self::Output(_) | Self::NoStart(_) => 1,
        }
    }
}

fn chain(error: &db::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        sentence.push_str(": ");
        sentence.push_str(&error.to_string());
        cause = error.source();
    }
    sentence
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<db::Error> for Trouble {
    fn from(error: db::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<StartError> for Trouble {
    fn from(error: StartError) -> Self {
        Self::NoStart(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
