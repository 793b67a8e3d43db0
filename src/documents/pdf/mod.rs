//! Papers as PDF/A-2b, set by typst.
//!
//! One [`Renderer`] a process. Its engine (fonts, templates) is made on the first paper, so a process that never
//! prints carries none of it. Rendering is work for threads that may block; no more than `parallel` papers are set at
//! once. The same paper with the same marks gives the same bytes, so papers can be stored by content hash.
//!
//! Built without the cargo feature `pdf`, every rendering answers [`PdfError::NotBuilt`].

mod clean;
#[cfg(feature = "pdf")]
mod engine;

use jiff::civil::Date;

use super::papers::Paper;

/// What stands on a paper beside its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// The address that the QR code opens: `/xac-thuc/{token}` for what can be verified, else the page of the matter.
    pub url: String,
    /// Marks every page as demonstration data without legal value.
    pub demo: bool,
    /// The date in the file's metadata: the day the paper was made.
    pub day: Date,
}

/// Why a paper could not be set.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The program was built without the cargo feature `pdf`.
    #[error("this program was built without PDF papers (cargo feature `pdf`)")]
    NotBuilt,
    /// The data can't be written as JSON.
    #[error("data of a paper: {0}")]
    Data(#[from] serde_json::Error),
    /// The address doesn't fit into a QR code.
    #[error(transparent)]
    Address(#[from] super::qr::TooLong),
    /// A template failed; the message comes from typst and names no data of the paper.
    #[error("template {template}: {message}")]
    Template { template: &'static str, message: String },
    /// The set pages could not be written as PDF/A.
    #[error("PDF/A export of {template}: {message}")]
    Export { template: &'static str, message: String },
}

/// Sets papers. Cheap to make; share one in an `Arc`.
pub struct Renderer {
    sets: bool,
    #[cfg(feature = "pdf")]
    engine: std::sync::OnceLock<engine::Engine>,
    #[cfg(feature = "pdf")]
    gate: gate::Gate,
}

impl Renderer {
    /// A renderer that sets up to `parallel` papers at once; with 0 it sets none, like a build without the feature.
    pub fn new(parallel: usize) -> Self {
        Self {
            sets: cfg!(feature = "pdf") && parallel > 0,
            #[cfg(feature = "pdf")]
            engine: std::sync::OnceLock::new(),
            #[cfg(feature = "pdf")]
            gate: gate::Gate::new(parallel.max(1)),
        }
    }

    /// Whether papers can be set at all.
    pub fn available(&self) -> bool {
        self.sets
    }

    /// The paper as PDF/A-2b. Blocks, for some milliseconds a page.
    #[cfg(feature = "pdf")]
    pub fn render(&self, paper: &Paper, marks: &Marks) -> Result<Vec<u8>, PdfError> {
        if !self.sets {
            return Err(PdfError::NotBuilt);
        }
        let template = paper.template();
        let data = paper.to_data()?;
        let qr = super::qr::picture(&marks.url)?;
        let _turn = self.gate.enter();
        // typst is large and its input is what people typed: a bug there must cost one paper, not the thread.
        let set = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let engine = self.engine.get_or_init(engine::Engine::new);
            engine.set(template, paper.scales(), &engine::Sheet { paper: data, marks, qr })
        }));
        set.unwrap_or_else(|_| Err(PdfError::Template { template, message: "typst panicked".into() }))
    }

    /// The paper as PDF/A-2b: not in this build.
    #[cfg(not(feature = "pdf"))]
    pub fn render(&self, _paper: &Paper, _marks: &Marks) -> Result<Vec<u8>, PdfError> {
        Err(PdfError::NotBuilt)
    }
}

/// Lets a bounded number of threads in.
#[cfg(feature = "pdf")]
mod gate {
    use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

    pub struct Gate {
        free: Mutex<usize>,
        freed: Condvar,
    }

    /// A turn; given back when dropped.
    pub struct Turn<'a>(&'a Gate);

    impl Gate {
        pub fn new(places: usize) -> Self {
            Self { free: Mutex::new(places), freed: Condvar::new() }
        }

        /// Waits for a turn.
        pub fn enter(&self) -> Turn<'_> {
            let mut free =
                self.freed.wait_while(self.lock(), |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
            *free -= 1;
            Turn(self)
        }

        fn lock(&self) -> MutexGuard<'_, usize> {
            self.free.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Drop for Turn<'_> {
        fn drop(&mut self) {
            *self.0.lock() += 1;
            self.0.freed.notify_one();
        }
    }
}

#[cfg(test)]
#[cfg(feature = "pdf")]
mod samples;
#[cfg(test)]
#[cfg(feature = "pdf")]
mod tests;
#[cfg(test)]
mod availability {
    #[test]
    fn it_says_whether_it_sets_papers() {
        assert_eq!(super::Renderer::new(1).available(), cfg!(feature = "pdf"));
        assert!(!super::Renderer::new(0).available());
    }
}
