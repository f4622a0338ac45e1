//! Names and their values: the process's environment laid over the file `.env`.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::Mistakes;

/// What settings are read from. A value of the process beats the same name in `.env`.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    values: BTreeMap<String, String>,
    /// Where generated secrets are kept when the database is not a file.
    pub(super) data: PathBuf,
}

impl Environment {
    /// This process's environment and the `.env` of the working directory, if there is one.
    ///
    /// # Errors
    /// A line of `.env` or a value that cannot be read.
    pub fn of_process() -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let mut environment = Self::of_file(Path::new(".env"), &mut mistakes);
        for (name, value) in std::env::vars_os() {
            environment.lay_over(name, value, &mut mistakes);
        }
        if mistakes.is_empty() {
            Ok(environment)
        } else {
            Err(Mistakes(mistakes))
        }
    }

    fn of_file(path: &Path, mistakes: &mut Vec<String>) -> Self {
        let mut environment = Self {
            values: BTreeMap::new(),
            data: "data".into(),
        };
        let Ok(lines) = dotenvy::from_path_iter(path) else {
            return environment;
        };
        for line in lines {
            match line {
                Ok((name, value)) => {
                    environment.values.insert(name, value);
                }
                // The error would quote the line, which may hold a secret.
                Err(_) => mistakes.push(".env: a line is not NAME=value".to_owned()),
            }
        }
        environment
    }

    fn lay_over(&mut self, name: OsString, value: OsString, mistakes: &mut Vec<String>) {
        let Ok(name) = name.into_string() else {
            return;
        };
        match value.into_string() {
            Ok(value) => {
                self.values.insert(name, value);
            }
            Err(_) if super::reader::is_ours(&name) => {
                mistakes.push(format!("{name}: is not UTF-8 text"));
            }
            Err(_) => {}
        }
    }

    /// An environment made up for a test or a demo.
    pub fn made_of<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values = values.into_iter();
        Self {
            values: values.map(|(name, value)| (name.into(), value.into())).collect(),
            data: "data".into(),
        }
    }

    /// The same without these names.
    pub fn without(mut self, names: &[&str]) -> Self {
        self.values.retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// The same, keeping generated secrets in this folder.
    pub fn with_data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = folder.into();
        self
    }

    /// A value that is there and not blank: `NAME=` is the same as leaving it out.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }
}
