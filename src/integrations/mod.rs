//! The outside world: each module here implements a port that a module above declares.

pub mod files;
