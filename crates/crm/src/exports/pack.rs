//! A zip file as it grows: what goes in is compressed at once, what comes out is taken away in parts.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest as _, Sha256};
use zip::{
    CompressionMethod, ZipWriter,
    result::ZipResult,
    write::{SimpleFileOptions, StreamWriter},
};

/// A zip file that is written front to back.
pub(super) struct Pack {
    zip: ZipWriter<StreamWriter<Out>>,
    out: Out,
    /// The hash of what was taken away.
    whole: Sha256,
    /// The file that is written to.
    name: String,
    hash: Sha256,
    /// The files that are in it: `hash  name`, as `sha256sum -c` reads it.
    sums: String,
}

/// What was compressed and not taken away.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    fn with<T>(&self, use_it: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.with(|out| out.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Pack {
    pub(super) fn new() -> Self {
        let out = Out::default();
        Self {
            zip: ZipWriter::new_stream(out.clone()),
            out,
            whole: Sha256::new(),
            name: String::new(),
            hash: Sha256::new(),
            sums: String::new(),
        }
    }

    /// Begins a file.
    pub(super) fn start(&mut self, name: &str) -> ZipResult<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // Nobody knows yet whether it stays under four gigabytes.
            .large_file(true);
        self.zip.start_file(name, options)?;
        name.clone_into(&mut self.name);
        self.hash = Sha256::new();
        Ok(())
    }

    /// Writes on.
    pub(super) fn write(&mut self, text: &str) -> ZipResult<()> {
        self.hash.update(text);
        Ok(self.zip.write_all(text.as_bytes())?)
    }

    /// Ends the file, and notes its hash.
    pub(super) fn end(&mut self) {
        let hash = hex::encode(self.hash.finalize_reset());
        self.sums.push_str(&format!("{hash}  {}\n", self.name));
    }

    /// A whole file.
    pub(super) fn add(&mut self, name: &str, text: &str) -> ZipResult<()> {
        self.start(name)?;
        self.write(text)?;
        self.end();
        Ok(())
    }

    /// Takes away a part of exactly so many bytes, if there are as many.
    pub(super) fn take(&mut self, size: usize) -> Option<Vec<u8>> {
        let part = self.out.with(|out| {
            (out.len() >= size).then(|| {
                let rest = out.split_off(size);
                std::mem::replace(out, rest)
            })
        })?;
        self.whole.update(&part);
        Some(part)
    }

    /// The hashes of the files, as the last of them.
    pub(super) fn close(&mut self) -> ZipResult<()> {
        let sums = std::mem::take(&mut self.sums);
        self.add("SHA256SUMS", &sums)?;
        let zip = std::mem::replace(&mut self.zip, ZipWriter::new_stream(Out::default()));
        zip.finish()?;
        Ok(())
    }

    /// Takes the rest away, and says what the hash of all that was taken is, in hexadecimal.
    pub(super) fn last(mut self) -> (Vec<u8>, String) {
        let rest = self.out.with(std::mem::take);
        self.whole.update(&rest);
        (rest, hex::encode(self.whole.finalize()))
    }
}
