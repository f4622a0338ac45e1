//! Sends messages: to a mail server, or into a folder on one's own machine.
//!
//! Messages wait in the database with what they tell of ([`db::tenant::mails`]); a [`Postman`] takes them one by one.
//! No transaction is open while it talks to a mail server.

mod postman;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Body, Mailbox, MultiPart,
        header::{ContentTransferEncoding, HeaderName, HeaderValue},
    },
    transport::smtp::authentication::Mechanism,
};
use secrecy::ExposeSecret as _;
use types::{Mail, MailId};

pub use postman::{Letterbox, Postman};

use crate::settings::MailSettings;

/// The way out.
pub enum Mailer {
    /// Into files of a folder, named so that they sort by age.
    Folder(PathBuf),
    /// To a mail server.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// There is none.
    Nowhere,
}

/// Whether this is the address of a mail server.
pub(crate) fn is_server(url: &str) -> bool {
    url.starts_with("smtp") && AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_ok()
}

impl Mailer {
    /// The way that the settings name.
    pub fn of(settings: &MailSettings) -> Self {
        match settings {
            MailSettings::Folder(folder) => Self::Folder(folder.clone()),
            MailSettings::Smtp(url) => {
                let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
                    .expect("settings are read with the same function");
                let mechanisms = vec![Mechanism::Plain, Mechanism::Login];
                Self::Smtp(Box::new(server.authentication(mechanisms).build()))
            }
            MailSettings::Nowhere => Self::Nowhere,
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    ///
    /// When it cannot be written as a message, or nobody takes it.
    pub async fn send(&self, id: MailId, mail: &Mail) -> anyhow::Result<()> {
        let message = written(id, mail)?;
        match self {
            Self::Folder(folder) => into_file(folder, id, &message).await,
            Self::Smtp(server) => {
                server
                    .send(message)
                    .await
                    .context("handing a message to the mail server")?;
                Ok(())
            }
            Self::Nowhere => anyhow::bail!("MAIL_URL names no way out"),
        }
    }
}

async fn into_file(folder: &Path, id: MailId, message: &Message) -> anyhow::Result<()> {
    tokio::fs::create_dir_all(folder)
        .await
        .with_context(|| format!("making the folder {}", folder.display()))?;
    let file = folder.join(format!("{id}.eml"));
    tokio::fs::write(&file, message.formatted())
        .await
        .with_context(|| format!("writing {}", file.display()))
}

/// The message as it travels.
fn written(id: MailId, mail: &Mail) -> anyhow::Result<Message> {
    let from = Mailbox::new(Some(one_line(&mail.from_name)), mail.from.parse()?);
    let domain = mail.from.rsplit('@').next().unwrap_or("localhost");
    let mut message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, mail.to.as_str().parse()?))
        .subject(one_line(&mail.subject))
        // Sent twice after a crash, it is still one message to a mailbox that looks.
        .message_id(Some(format!("<{id}@{domain}>")));
    if let Some(reply_to) = &mail.reply_to {
        message = message.reply_to(Mailbox::new(None, reply_to.as_str().parse()?));
    }
    if let Some(url) = &mail.unsubscribe {
        // RFC 8058: the mailbox's own button posts to it, without a visit.
        message = message
            .raw_header(header("List-Unsubscribe", format!("<{url}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            ));
    }
    Ok(match &mail.html {
        Some(html) => {
            message.multipart(MultiPart::alternative_plain_html(mail.text.clone(), html.clone()))?
        }
        None => message.body(plain(&mail.text))?,
    })
}

/// Text as it is where mail servers take it: quoted-printable would break a link in two for whoever reads the file.
fn plain(text: &str) -> Body {
    const LONGEST: usize = 900;

    let as_it_is = text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST);
    match as_it_is {
        true => {
            let lines = text.replace("\r\n", "\n").replace('\n', "\r\n");
            Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit)
        }
        false => Body::new(text.to_owned()),
    }
}

/// What people called things, without what would end a line: a header of their own could begin there.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
