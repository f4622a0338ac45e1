//! `MAIL_URL`: by which way messages leave, or the folder they are put into on one's own machine.

use std::{fmt, path::PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Stage, reader::Reader};

const NAME: &str = "MAIL_URL";

/// Where messages go.
#[derive(Clone)]
pub enum MailSettings {
    /// Into files of this folder: the mailbox of a development machine.
    Folder(PathBuf),
    /// To a mail server; its address may hold a password.
    Smtp(SecretString),
    /// Nowhere: they wait until somebody says where.
    Nowhere,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
            Self::Smtp(_) => f.write_str("Smtp(…)"),
            Self::Nowhere => f.write_str("Nowhere"),
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, stage: Stage) -> MailSettings {
    let Some(url) = reader.secret(NAME) else {
        return match stage {
            Stage::Development => MailSettings::Folder(reader.environment.data.join("mail")),
            Stage::Production => MailSettings::Nowhere,
        };
    };
    if let Some(folder) = url.strip_prefix("file://").filter(|folder| !folder.is_empty()) {
        return MailSettings::Folder(folder.into());
    }
    let url = SecretString::from(url);
    if !crate::mail::is_server(url.expose_secret()) {
        let right = "write smtps://user:password@host, smtp://host:25 or file://data/mail";
        reader.mistake(NAME, format!("is no way for mail to leave; {right}"));
    }
    MailSettings::Smtp(url)
}
