//! Embeds the demo's content: lists every file below `seeds/`, so that one that is added is one that is seeded.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let seeds = Path::new(&manifest_dir()).join("../../seeds");
    println!("cargo:rerun-if-changed={}", seeds.display());
    let mut files = Vec::new();
    collect(&seeds, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&seeds).expect("found below seeds");
        let name = name
            .to_str()
            .expect("seed files have plain names")
            .replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({file:?})),").expect("a string takes text");
    }
    code.push(']');
    fs::write(out_dir().join("seeds.rs"), code).expect("OUT_DIR can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder).expect("seeds can be read") {
        let path = entry.expect("seeds can be read").path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folders this way"
)]
fn manifest_dir() -> String {
    env::var("CARGO_MANIFEST_DIR").expect("cargo runs this")
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script its folders this way"
)]
fn out_dir() -> PathBuf {
    env::var("OUT_DIR").expect("cargo runs this").into()
}
