//! Reads the house's own source, for the rules that no compiler keeps.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of ours.
pub(crate) struct Source {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Whether it is a test's: there another tenant's key is made on purpose.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/") || self.path.starts_with("tests/")
    }

    pub(crate) fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// The code alone: comments are gone, every string is empty.
    pub(crate) fn code(&self) -> String {
        Reader::read(&self.text).code
    }

    /// What its strings say, in order.
    pub(crate) fn strings(&self) -> Vec<String> {
        Reader::read(&self.text).strings
    }

    /// The words of its code.
    pub(crate) fn words(&self) -> Vec<String> {
        let code = self.code();
        let parts = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }
}

/// The files below these folders of the repository whose name ends so, in the order of their paths.
pub(crate) fn files(folders: &[&str], ending: &str) -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root.join(folder), ending, &mut paths);
    }
    paths.sort();
    let found: Vec<_> = paths.iter().map(|path| source(&root, path)).collect();
    assert!(!found.is_empty(), "no {ending} below {folders:?}");
    found
}

fn source(root: &Path, path: &Path) -> Source {
    let relative = path.strip_prefix(root).unwrap();
    Source {
        path: relative.to_str().unwrap().replace('\\', "/"),
        text: fs::read_to_string(path).unwrap(),
    }
}

fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap().to_owned()
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
}

/// Tells Rust's code, comments and strings apart: as much of its grammar as that takes.
#[derive(Default)]
struct Reader {
    code: String,
    strings: Vec<String>,
}

impl Reader {
    fn read(text: &str) -> Self {
        let mut reader = Self::default();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = reader.step(c, rest);
        }
        reader
    }

    /// Takes one thing off the front of `rest`, which begins with `c`.
    fn step<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        if rest.starts_with("//") {
            return rest.find('\n').map_or("", |end| &rest[end..]);
        }
        if let Some(hashes) = raw_string(rest) {
            let open = hashes + 2;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = rest[open..].find(&close).unwrap() + open;
            return self.string(&rest[open..end], &rest[end + close.len()..]);
        }
        if c == '"' {
            let end = end_of_string(&rest[1..]) + 1;
            return self.string(&rest[1..end], &rest[end + 1..]);
        }
        // A quote in a character would open a string that never closes.
        let skip = ["'\"'", "'\\\"'"]
            .into_iter()
            .find(|quote| rest.starts_with(quote));
        let taken = skip.map_or(c.len_utf8(), str::len);
        self.code
            .push_str(if skip.is_some() { "' '" } else { &rest[..taken] });
        &rest[taken..]
    }

    fn string<'a>(&mut self, content: &str, rest: &'a str) -> &'a str {
        self.strings.push(content.to_owned());
        self.code.push_str("\"\"");
        rest
    }
}

/// How many `#` a raw string that begins here has.
fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn end_of_string(content: &str) -> usize {
    let mut escaped = false;
    let end = content.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.expect("a string that is closed")
}
