//! Static files under a hash of their content, so that browsers keep them for ever.
//!
//! Each crate with an `assets` folder embeds it in its `build.rs`
//! (`memory_serve::load_directory("assets")`) and loads it where it builds its router:
//! `Assets::shared().and(memory_serve::load!())`. File names must differ between crates.

use std::{collections::HashMap, sync::Arc};

use axum::Router;
use memory_serve::{CacheControl, MemoryServe};

/// The files of an app: the shared ones of this crate and its own.
#[derive(Clone)]
pub struct Assets {
    urls: Arc<HashMap<String, String>>,
    router: Router,
}

impl Assets {
    /// The style, fonts and scripts every app uses.
    pub fn shared() -> Self {
        let nothing = Self {
            urls: Arc::default(),
            router: Router::new(),
        };
        nothing.and(shared_files())
    }

    /// Adds the files of an app. A name that is already taken is a mistake found at start.
    ///
    /// # Panics
    /// When two files have one name.
    pub fn and(self, files: MemoryServe) -> Self {
        let files = files
            .index_file(None)
            .enable_hashed_routes(true)
            // Only fonts are asked for by their plain name, from inside the style.
            .cache_control(CacheControl::Medium);
        let mut urls = Arc::unwrap_or_clone(self.urls);
        let manifest = files.manifest();
        let hashed = manifest.iter();
        urls.extend(hashed.map(|(file, url)| (file.to_owned(), format!("/assets{url}"))));
        Self {
            urls: Arc::new(urls),
            router: self.router.merge(files.into_router()),
        }
    }

    /// Where a file is served: `url("/app.css")` is `/assets/app.3f9a1c2b7d84e6a0.css`.
    ///
    /// # Panics
    /// For a file that was not embedded, which a test of the page finds.
    pub fn url(&self, file: &str) -> &str {
        let url = self.urls.get(file);
        url.unwrap_or_else(|| panic!("the asset {file} is not embedded"))
    }

    /// The routes, for [`crate::Routes::and`].
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let router = self.router.clone();
        Router::new().nest_service("/assets", router)
    }
}

#[expect(
    unused_qualifications,
    reason = "the code memory_serve generates spells everything out"
)]
fn shared_files() -> MemoryServe {
    memory_serve::load!()
}
