//! `SESSION_SECRET`: demanded in production, made once and kept in development.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{Duty, Stage, reader::Reader};
use crate::secrets::Secrets;

const NAME: &str = "SESSION_SECRET";

/// Beginnings of secrets that are printed somewhere: in our own example, in tutorials.
const KNOWN: [&str; 5] = ["development-only", "change", "secret", "password", "example"];

pub(super) fn read(reader: &mut Reader<'_>, stage: Stage, role: Duty, database: &SecretString) -> Secrets {
    if let Some(secret) = reader.secret(NAME) {
        return given(reader, stage, &secret);
    }
    match (stage, role) {
        (Stage::Production, Duty::Answers) => {
            reader.mistake(NAME, "is missing; make one with: openssl rand -base64 48");
            Secrets::random()
        }
        (_, Duty::Works) | (Stage::Production, Duty::Changes) => Secrets::random(),
        (Stage::Development, Duty::Changes) => {
            let folder = data_folder(database.expose_secret(), &reader.environment.data);
            kept(&folder).unwrap_or_else(|_| Secrets::random())
        }
        (Stage::Development, Duty::Answers) => {
            let folder = data_folder(database.expose_secret(), &reader.environment.data);
            kept(&folder).unwrap_or_else(|error| {
                let folder = folder.display();
                reader.mistake(
                    NAME,
                    format!("is missing, and none could be kept in {folder}: {error}"),
                );
                Secrets::random()
            })
        }
    }
}

fn given(reader: &mut Reader<'_>, stage: Stage, secret: &str) -> Secrets {
    let lower = secret.to_ascii_lowercase();
    if stage.is_production() && KNOWN.iter().any(|known| lower.starts_with(known)) {
        reader.mistake(
            NAME,
            "is an example that everybody knows; make one with: openssl rand -base64 48",
        );
    }
    Secrets::new(secret.as_bytes()).unwrap_or_else(|| {
        let (is, least) = (secret.len(), Secrets::MIN_BYTES);
        reader.mistake(
            NAME,
            format!("has {is} bytes; it needs {least}, make one with: openssl rand -base64 48"),
        );
        Secrets::random()
    })
}

/// Beside the SQLite file, so that whoever moves the one moves the other.
pub(super) fn data_folder(database_url: &str, otherwise: &Path) -> PathBuf {
    let file = database_url
        .strip_prefix("sqlite://")
        .or_else(|| database_url.strip_prefix("sqlite:"))
        .map(|file| file.split('?').next().unwrap_or(file));
    match file.filter(|file| !file.is_empty() && *file != ":memory:") {
        Some(file) => match Path::new(file).parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        },
        None => otherwise.to_owned(),
    }
}

/// The secret of this folder, made now if there is none.
fn kept(folder: &Path) -> io::Result<Secrets> {
    let path = folder.join("session-secret");
    fs::create_dir_all(folder)?;
    if !path.exists() {
        make(folder, &path)?;
    }
    let secret = fs::read(&path)?;
    Secrets::new(secret.trim_ascii()).ok_or_else(|| {
        let path = path.display();
        io::Error::other(format!("{path} is too short to be one; remove it"))
    })
}

/// Written beside and then linked: of processes that start together, the first one's secret
/// becomes everybody's, and nobody reads half of one.
fn make(folder: &Path, path: &Path) -> io::Result<()> {
    let draft = folder.join(format!(".session-secret-{}", std::process::id()));
    let secret: [u8; 48] = rand::random();
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(URL_SAFE_NO_PAD.encode(secret).as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}
