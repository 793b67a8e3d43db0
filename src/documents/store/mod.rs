//! The tables of files, made papers, results and signatures.

mod files;
mod papers;
mod results;
mod sweep;

pub use files::*;
pub use papers::*;
pub use results::*;
pub use sweep::*;
