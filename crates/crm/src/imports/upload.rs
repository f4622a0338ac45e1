//! A file on its way in: as itself, in a form, or inside JSON.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, Multipart, Request, multipart::MultipartError},
    http::{StatusCode, header},
};
use server::{Failure, FieldErrors, Json, Params, Submitted, encoding::Charset};
use types::imports::{Delimiter, Target};

use super::file::{Expected, Said};

/// The most bytes a file may have.
pub(crate) const CAP: usize = 32 * 1024 * 1024;

/// How long a file may take, from its first byte to the answer. 32 MiB are 268 Mbit, 134 s over 2 Mbit/s; what is left
/// is for storing its rows, and for looking at those of a short one.
pub(crate) const DEADLINE: Duration = Duration::from_secs(180);

/// The most characters of a file's name that are kept.
const NAME: usize = 120;

/// A file, and what whoever sent it wants.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(super) file_name: String,
    pub(super) bytes: Bytes,
    pub(super) said: Said,
    /// Only say what an import would do.
    pub(super) is_dry_run: bool,
    pub(super) mapping: Option<Wish>,
}

/// What somebody says the columns are: all of them in order, or some by name.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Wish {
    Ordered(Vec<Target>),
    Named(BTreeMap<String, Target>),
}

impl Wish {
    /// The kinds of these columns; of those nobody spoke of, what `otherwise` says.
    pub(super) fn of(&self, header: &[String], otherwise: &[Target]) -> Vec<Target> {
        let columns = header.iter().zip(otherwise).enumerate();
        let kind = |(index, (name, otherwise)): (usize, (&String, &Target))| match self {
            Self::Ordered(kinds) => kinds.get(index).copied().unwrap_or(*otherwise),
            Self::Named(kinds) => kinds.get(name).copied().unwrap_or(*otherwise),
        };
        columns.map(kind).collect()
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct InJson {
    csv: String,
    #[serde(default)]
    dry_run: bool,
    file_name: Option<String>,
    delimiter: Option<Delimiter>,
    mapping: Option<Wish>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let params = Params::from_request_parts(&mut parts, state).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let request = Request::from_parts(parts, body);
        match kind.as_str() {
            "text/csv" | "application/csv" | "text/tab-separated-values" => {
                let bytes = whole(request, state).await?;
                Self::new(bytes, params.filled("fileName"), &params.0)
            }
            // The second is what browsers say, the third what it was called in 3.0.
            "text/vcard" | "text/x-vcard" | "text/directory" => {
                let bytes = whole(request, state).await?;
                let name = params.filled("fileName").unwrap_or("contacts.vcf");
                let mut upload = Self::new(bytes, Some(name), &params.0)?;
                upload.said.kind = Expected::Cards;
                Ok(upload)
            }
            "multipart/form-data" => {
                let form = Multipart::from_request(request, state).await;
                let form = form.map_err(|_| Failure::malformed("The form is not readable."))?;
                of_form(form, params.0).await
            }
            "application/json" => {
                let Json(given) = Json::<InJson>::from_request(request, state).await?;
                let mut upload = Self::new(given.csv.into(), given.file_name.as_deref(), &params.0)?;
                upload.said.delimiter = given.delimiter.or(upload.said.delimiter);
                Ok(Self {
                    is_dry_run: given.dry_run || upload.is_dry_run,
                    mapping: given.mapping.or(upload.mapping),
                    ..upload
                })
            }
            _ => Err(Failure::UnsupportedMediaType("text/csv")),
        }
    }
}

async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    let bytes = Bytes::from_request(request, state).await;
    bytes.map_err(|refused| broken_off(refused.status()))
}

async fn of_form(mut form: Multipart, mut said: Submitted) -> Result<Upload, Failure> {
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file_name) => {
                let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
                file = Some((file_name, bytes));
            }
            None => {
                let text = field.text().await.map_err(|error| unreadable(&error))?;
                said = said.with(&name, text);
            }
        }
    }
    match file {
        Some((file_name, bytes)) if !bytes.is_empty() => Upload::new(bytes, Some(&file_name), &said),
        _ => Err(Failure::invalid("/file", "required", "Choose a file.")),
    }
}

impl Upload {
    /// The same, only to be looked at.
    pub(super) fn only_checked(self) -> Self {
        Self {
            is_dry_run: true,
            ..self
        }
    }

    fn new(bytes: Bytes, file_name: Option<&str>, said: &Submitted) -> Result<Self, Failure> {
        let mapping = match said.filled("mapping") {
            None => None,
            Some(text) => Some(serde_json::from_str(text).map_err(|_| {
                let sentence = "mapping must say of each column what it is, such as {\"Mail\": \"email\"}.";
                Failure::invalid("/mapping", "invalid", sentence)
            })?),
        };
        // A browser may send the whole path; only its end is a name.
        let name = file_name.unwrap_or_default().rsplit(['/', '\\']).next();
        let name: String = name
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .take(NAME)
            .collect();
        let name = match name.trim() {
            "" => "contacts.csv".to_owned(),
            _ => name,
        };
        Ok(Self {
            said: said_of(Expected::of_name(&name), said)?,
            file_name: name,
            bytes,
            is_dry_run: said
                .filled("dryRun")
                .is_some_and(|word| matches!(word, "true" | "1" | "on")),
            mapping,
        })
    }
}

/// How the file is to be read, where its sender says so.
fn said_of(kind: Expected, said: &Submitted) -> Result<Said, Failure> {
    let mut errors = FieldErrors::default();
    let delimiter = said
        .filled("delimiter")
        .and_then(|word| errors.keep_filter("delimiter", "invalid", word.parse()));
    let charset = said.filled("encoding").and_then(|label| {
        let charset = Charset::named(label);
        if charset.is_none() {
            let sentence =
                "The encoding must be one that the Encoding Standard names, such as utf-8 or windows-1252.";
            errors.add("/encoding", "invalid", sentence);
        }
        charset
    });
    errors.finish()?;
    Ok(Said {
        kind,
        delimiter,
        charset,
    })
}

fn unreadable(error: &MultipartError) -> Failure {
    broken_off(error.status())
}

fn broken_off(status: StatusCode) -> Failure {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::malformed("The body ended before it was complete."),
    }
}
